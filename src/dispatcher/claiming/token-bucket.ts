// The token bucket of a queue: how many dispatches its rate allows now.
//
// Tokens are computed on demand from the time and level of the last change, never added up in steps: at a rate of 0.2
// an hour, a bucket that is asked a thousand times a second still gains its token on time. Pure: the caller supplies
// the time.

/** Highest rate of a queue, in tokens per second. */
export const MAX_RATE = 500;

/** Sums of fractions may fall this short of a whole token. */
const ROUNDING = 1e-6;

export interface BucketLimits {
  /** Tokens per second; more than 500 counts as 500. At 0 no token is ever gained. */
  rate: number;
  /** Most tokens it holds. At 0 nothing ever starts. */
  capacity: number;
}

export class TokenBucket {
  #rate = 0;
  #capacity = 0;
  #level = 0;
  #since: number;

  /** Starts full. `now` is in milliseconds, here and below. */
  constructor(limits: BucketLimits, now: number) {
    this.#since = now;
    this.setLimits(limits, now);
    this.fill(now);
  }

  /** Whole tokens available now. */
  takeable(now: number): number {
    return Math.max(0, Math.floor(this.#levelAt(now) + ROUNDING));
  }

  /** Tokens now, with the part of the next one. */
  level(now: number): number {
    return Math.max(0, this.#levelAt(now));
  }

  /** Takes `n` tokens; the caller has checked that there are enough. */
  take(n: number, now: number): void {
    this.#settle(now);
    this.#level -= n;
  }

  /** When this many tokens are available, in milliseconds: now if they already are, Infinity if they never will be. */
  nextTokenAt(now: number, tokens = 1): number {
    if (this.takeable(now) >= tokens) return now;
    if (this.#rate <= 0 || this.#capacity < tokens) return Infinity;
    return now + ((tokens - this.#levelAt(now)) / this.#rate) * 1000;
  }

  /**
   * Tokens worth waiting for together: the gain of `ms` milliseconds, but at most half a bucket so that the wait loses
   * none, and at least 1.
   */
  batchSize(ms: number): number {
    return Math.max(1, Math.floor(Math.min((this.#rate * ms) / 1000, this.#capacity / 2)));
  }

  /** New limits apply from now on; gained tokens stay as far as they fit. */
  setLimits({ rate, capacity }: BucketLimits, now: number): void {
    this.#settle(now);
    this.#rate = Math.min(Math.max(rate, 0), MAX_RATE);
    this.#capacity = Math.max(capacity, 0);
    this.#level = Math.min(this.#level, this.#capacity);
  }

  /** For a queue that was created or resumed. */
  fill(now: number): void {
    this.#since = now;
    this.#level = this.#capacity;
  }

  /** Lowers the level to at most this many tokens. */
  lowerTo(level: number, now: number): void {
    this.#settle(now);
    this.#level = Math.min(this.#level, level);
  }

  #levelAt(now: number): number {
    const seconds = Math.max(0, now - this.#since) / 1000;
    return Math.min(this.#capacity, this.#level + seconds * this.#rate);
  }

  /** If time ran backwards, nothing is gained or lost: counting continues from there. */
  #settle(now: number): void {
    this.#level = this.#levelAt(now);
    this.#since = now;
  }
}
