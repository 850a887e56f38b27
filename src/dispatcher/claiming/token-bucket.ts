// The token bucket of a queue: how many dispatches its rate allows now.
//
// Tokens are computed when asked for, from the moment and the level of the last change, never added up in steps: a rate of 0.2 an hour
// asked a thousand times a second still gains its token on time. Pure: the caller brings the time.

/** A queue's highest rate, in tokens a second. */
export const MAX_RATE = 500;

/** What sums of fractions may be short of a whole token. */
const ROUNDING = 1e-6;

export interface BucketLimits {
  /** Tokens a second; above 500 counts as 500. 0: nothing is ever gained. */
  rate: number;
  /** The most tokens it holds. 0: nothing ever starts. */
  capacity: number;
}

export class Bucket {
  #rate = 0;
  #capacity = 0;
  #level = 0;
  #since: number;

  /** Starts full. `now` here and below: milliseconds. */
  constructor(limits: BucketLimits, now: number) {
    this.#since = now;
    this.setLimits(limits, now);
    this.fill(now);
  }

  /** Whole tokens there are now. */
  takeable(now: number): number {
    return Math.max(0, Math.floor(this.#levelAt(now) + ROUNDING));
  }

  /** Takes `n` tokens; the caller has seen that there are as many. */
  take(n: number, now: number): void {
    this.#settle(now);
    this.#level -= n;
  }

  /** When so many tokens are there, in milliseconds: now if they are, Infinity if they never will be. */
  nextTokenAt(now: number, tokens = 1): number {
    if (this.takeable(now) >= tokens) return now;
    if (this.#rate <= 0 || this.#capacity < tokens) return Infinity;
    return now + ((tokens - this.#levelAt(now)) / this.#rate) * 1000;
  }

  /** Tokens worth waiting for together: what `ms` milliseconds gain, but no more than half a bucket, so that none is lost to the wait; at least 1. */
  portion(ms: number): number {
    return Math.max(1, Math.floor(Math.min((this.#rate * ms) / 1000, this.#capacity / 2)));
  }

  /** New limits count from now on; what was gained stays, as far as it fits. */
  setLimits({ rate, capacity }: BucketLimits, now: number): void {
    this.#settle(now);
    this.#rate = Math.min(Math.max(rate, 0), MAX_RATE);
    this.#capacity = Math.max(capacity, 0);
    this.#level = Math.min(this.#level, this.#capacity);
  }

  /** As when the queue is created or resumed. */
  fill(now: number): void {
    this.#since = now;
    this.#level = this.#capacity;
  }

  /** At most this many tokens from now on. */
  lowerTo(level: number, now: number): void {
    this.#settle(now);
    this.#level = Math.min(this.#level, level);
  }

  #levelAt(now: number): number {
    const seconds = Math.max(0, now - this.#since) / 1000;
    return Math.min(this.#capacity, this.#level + seconds * this.#rate);
  }

  /** Time that ran backwards gains nothing and costs nothing: it counts on from where it is. */
  #settle(now: number): void {
    this.#level = this.#levelAt(now);
    this.#since = now;
  }
}
