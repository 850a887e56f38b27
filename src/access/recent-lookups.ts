// A cache of what was recently looked up by a secret. What is revoked stays valid for at most five more seconds, and no
// secret is kept: the keys are hashes.

import { createHash } from 'node:crypto';

const KEEP_MS = 5_000;
/** Maximum number of entries; then the cache is cleared, so that guessed secrets cannot fill the memory. */
const MOST = 1_000;

/** Caches look-ups. Concurrent calls share one; a failed one is not cached. */
export class RecentLookups<Found> {
  readonly #known = new Map<string, { until: number; found: Promise<Found> }>();
  readonly #lookUp: (secret: string) => Promise<Found>;
  readonly #now: () => number;

  constructor(lookUp: (secret: string) => Promise<Found>, now = () => performance.now()) {
    this.#lookUp = lookUp;
    this.#now = now;
  }

  get(secret: string): Promise<Found> {
    const key = keyOf(secret);
    const known = this.#known.get(key);
    if (known && this.#now() < known.until) return known.found;
    if (this.#known.size >= MOST) this.#known.clear();
    const asked = { until: this.#now() + KEEP_MS, found: this.#lookUp(secret) };
    this.#known.set(key, asked);
    asked.found.catch(() => {
      if (this.#known.get(key) === asked) this.#known.delete(key);
    });
    return asked.found;
  }

  /** Looks it up again the next time. */
  forget(secret: string): void {
    this.#known.delete(keyOf(secret));
  }
}

const keyOf = (secret: string) => createHash('sha256').update(secret).digest('base64');
