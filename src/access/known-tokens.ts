// A cache of recently looked-up tokens. A revoked token stays valid for at most five more seconds, and no secret is
// kept: the keys are hashes.

import { createHash } from 'node:crypto';
import type { TokenHolder } from '../store/tokens.ts';

const KEEP_MS = 5_000;
/** Maximum number of entries; then the cache is cleared, so that guessed tokens cannot fill the memory. */
const MOST = 1_000;

/** Returns the principal of a token; undefined if it is unknown, revoked or expired. */
export type TokenLookup = (token: string) => Promise<TokenHolder | undefined>;

/** Caches a look-up. Concurrent calls share one look-up; a failed one is not cached. */
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
