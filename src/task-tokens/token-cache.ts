// Tokens that are used again until shortly before they expire.

import type { Clock } from '../runtime/clock.ts';

/** A token is not used in its last five minutes, or its last fifth: a request must arrive and be verified in time. */
const SPARE_SECONDS = 300;
const SPARE_SHARE = 0.2;
/** Most tokens that are kept; the oldest goes first. */
const MOST = 1_000;

export interface BearerToken {
  token: string;
  /** How long it is valid. */
  seconds: number;
}

interface Kept {
  token: Promise<string>;
  until: number;
}

export class TokenCache {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token of a name, made if there is none. Simultaneous calls share it; an error is not kept. */
  of(name: string, make: () => Promise<BearerToken>): Promise<string> {
    const known = this.#kept.get(name);
    if (known && this.#clock.now() < known.until) return known.token;
    const kept: Kept = { until: Infinity, token: Promise.resolve('') };
    kept.token = make().then(
      ({ token, seconds }) => {
        kept.until = this.#clock.now() + (seconds - Math.min(SPARE_SECONDS, seconds * SPARE_SHARE)) * 1000;
        return token;
      },
      (error) => {
        if (this.#kept.get(name) === kept) this.#kept.delete(name);
        throw error;
      },
    );
    this.#keep(name, kept);
    return kept.token;
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.delete(name); // so that it becomes the newest
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }
}
