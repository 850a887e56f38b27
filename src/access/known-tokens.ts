// Recently looked-up tokens.

import type { TokenHolder } from '../store/tokens.ts';
import { RecentLookups } from './recent-lookups.ts';

/** Returns the principal of a token; undefined if it is unknown, revoked or expired. */
export type TokenLookup = (token: string) => Promise<TokenHolder | undefined>;

/** Caches a look-up: a revoked token stays valid for at most five more seconds. */
export function rememberTokens(lookUp: TokenLookup, now?: () => number): TokenLookup {
  const recent = new RecentLookups(lookUp, now);
  return (token) => recent.get(token);
}
