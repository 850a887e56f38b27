// The rate limit of one queue: its token bucket, filled at the enforced rate. Every call first applies the rises that
// are due, each from its own moment, so the result does not depend on how often the limiter is called.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { EnforcedRate } from './enforced-rate.ts';
import { TokenBucket } from './token-bucket.ts';

type Limits = Pick<DispatcherQueue, 'rate' | 'bucketSize'>;
type QueueRecord = Limits & Pick<DispatcherQueue, 'restedSeconds' | 'enforcedRate'>;

export class RateLimiter {
  readonly #bucket: TokenBucket;
  readonly #enforced: EnforcedRate;
  #capacity: number;

  /** Starts full and unthrottled. `now` is in milliseconds, here and below. */
  constructor({ rate, bucketSize }: Limits, now: number) {
    this.#capacity = bucketSize;
    this.#bucket = new TokenBucket({ rate, capacity: bucketSize }, now);
    this.#enforced = new EnforcedRate(rate);
  }

  /**
   * The limiter of a queue that this process takes over: never faster than under its former leader. The database does
   * not record how many tokens that leader had left, only when it last took one: tokens are counted from there. Without
   * a record, the bucket is full.
   */
  static rebuilt(queue: QueueRecord, now: number): RateLimiter {
    const limiter = new RateLimiter(queue, now);
    limiter.takeOver(queue, now);
    return limiter;
  }

  /** Another leader may have led in between: the queue gets no faster than it was, nor than the record says. */
  takeOver({ rate, restedSeconds, enforcedRate }: QueueRecord, now: number): void {
    this.#update(now);
    const enforced = Math.min(this.#enforced.value, rate, enforcedRate ?? rate);
    this.#enforced.takeOver(enforced, now);
    this.#refill(now);
    if (restedSeconds !== null) this.#bucket.lowerTo(Math.max(0, restedSeconds) * enforced, now);
  }

  /** The enforced rate in tasks per second; null if it equals the configured rate. */
  throttledTo(now: number): number | null {
    this.#update(now);
    return this.#enforced.throttled ? this.#enforced.value : null;
  }

  /** Whole tokens available now. */
  takeable(now: number): number {
    this.#update(now);
    return this.#bucket.takeable(now);
  }

  /** Tokens in the bucket now, with the part of the next one. */
  level(now: number): number {
    this.#update(now);
    return this.#bucket.level(now);
  }

  take(n: number, now: number): void {
    this.#update(now);
    this.#bucket.take(n, now);
  }

  /**
   * When to ask again for this many tokens, in milliseconds: now if there are enough, Infinity if there never will be.
   */
  askAgainAt(now: number, tokens = 1): number {
    this.#update(now);
    const at = this.#bucket.nextTokenAt(now, tokens);
    return at === now || at === Infinity ? at : Math.min(at, this.#enforced.risesAt);
  }

  /** The number of tokens worth waiting for together (TokenBucket.batchSize). */
  batchSize(ms: number): number {
    return this.#bucket.batchSize(ms);
  }

  /** Applies new limits: the rate is no longer throttled, and gained tokens stay as far as they fit. */
  configure({ rate, bucketSize }: Limits, now: number): void {
    this.#update(now);
    this.#capacity = bucketSize;
    this.#enforced.reset(rate);
    this.#refill(now);
  }

  /** For a queue that was resumed. */
  fill(now: number): void {
    this.#update(now);
    this.#bucket.fill(now);
  }

  /** Handles a throttle signal. Returns true if it halved the enforced rate. */
  signal(now: number): boolean {
    this.#update(now);
    const halved = this.#enforced.signal(now);
    this.#refill(now);
    return halved;
  }

  #update(now: number): void {
    while (this.#enforced.risesAt <= now) {
      const at = this.#enforced.risesAt;
      this.#enforced.rise();
      this.#refill(at);
    }
  }

  #refill(now: number): void {
    this.#bucket.setLimits({ rate: this.#enforced.value, capacity: this.#capacity }, now);
  }
}

/** True if the enforced rate must be reset. */
export function changesRate(queue: DispatcherQueue, before: DispatcherQueue): boolean {
  const { rate, bucketSize, rateSince } = before;
  return queue.rate !== rate || queue.bucketSize !== bucketSize || queue.rateSince !== rateSince;
}
