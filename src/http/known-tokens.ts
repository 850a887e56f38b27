// Tokens that were looked up lately. A revoked one is good for five seconds more at most, and no secret is kept: what is remembered goes by its hash.

import { createHash } from 'node:crypto';
import type { TokenHolder } from '../store/tokens.ts';

const KEEP_MS = 5_000;
/** So many are kept; then it starts afresh, so that guessed tokens can't fill the memory. */
const MOST = 1_000;

/** Whom a token stands for; undefined: it is unknown, revoked or expired. */
export type TokenLookup = (token: string) => Promise<TokenHolder | undefined>;

/** The same look-up, remembered. Those who ask at the same time share one; one that failed is forgotten. */
export function rememberTokens(lookUp: TokenLookup, now = () => performance.now()): TokenLookup {
  const known = new Map<string, { until: number; holder: ReturnType<TokenLookup> }>();
  return (token) => {
    const key = createHash('sha256').update(token).digest('base64');
    const found = known.get(key);
    if (found && now() < found.until) return found.holder;
    if (known.size >= MOST) known.clear();
    const asked = { until: now() + KEEP_MS, holder: lookUp(token) };
    known.set(key, asked);
    asked.holder.catch(() => {
      if (known.get(key) === asked) known.delete(key);
    });
    return asked.holder;
  };
}
