// How fast one queue may go: its token bucket, filled at the enforced rate. Every question brings the rate up to date first, rise by rise, each from
// its own moment on: it makes no difference how often is asked.

import type { DispatcherQueue } from '../../domain/queue.ts';
import { EnforcedRate } from './enforced-rate.ts';
import { Bucket } from './token-bucket.ts';

type Limits = Pick<DispatcherQueue, 'rate' | 'bucketSize'>;
type Record = Limits & Pick<DispatcherQueue, 'restedSeconds' | 'enforcedRate'>;

export class RateLimiter {
  readonly #bucket: Bucket;
  readonly #enforced: EnforcedRate;
  #capacity: number;

  /** Starts full and unthrottled. `now` here and below: milliseconds. */
  constructor({ rate, bucketSize }: Limits, now: number) {
    this.#capacity = bucketSize;
    this.#bucket = new Bucket({ rate, capacity: bucketSize }, now);
    this.#enforced = new EnforcedRate(rate);
  }

  /**
   * The pace of a queue whose leadership this process takes over: never faster than it was. What another leader has taken is not on record, only when
   * it was at the latest: since then tokens are gained. No record: full.
   */
  static rebuilt(queue: Record, now: number): RateLimiter {
    const pace = new RateLimiter(queue, now);
    pace.takeOver(queue, now);
    return pace;
  }

  /** Another leader may have been in between: it is not faster than it was, nor than what is on record. */
  takeOver({ rate, restedSeconds, enforcedRate }: Record, now: number): void {
    this.#update(now);
    const enforced = Math.min(this.#enforced.value, rate, enforcedRate ?? rate);
    this.#enforced.takeOver(enforced, now);
    this.#refill(now);
    if (restedSeconds !== null) this.#bucket.lowerTo(Math.max(0, restedSeconds) * enforced, now);
  }

  /** Tasks a second that are allowed now; null: as many as the queue is configured for. */
  throttledTo(now: number): number | null {
    this.#update(now);
    return this.#enforced.throttled ? this.#enforced.value : null;
  }

  /** Whole tokens there are now. */
  takeable(now: number): number {
    this.#update(now);
    return this.#bucket.takeable(now);
  }

  take(n: number, now: number): void {
    this.#update(now);
    this.#bucket.take(n, now);
  }

  /** When to ask again for so many tokens, in milliseconds: now if they are there; Infinity if they never will be. */
  askAgainAt(now: number, tokens = 1): number {
    this.#update(now);
    const at = this.#bucket.nextTokenAt(now, tokens);
    return at === now || at === Infinity ? at : Math.min(at, this.#enforced.risesAt);
  }

  /** Tokens worth waiting for together (Bucket.portion). */
  portion(ms: number): number {
    return this.#bucket.portion(ms);
  }

  /** The queue was configured anew: unthrottled, and what was gained stays, as far as it fits. */
  configure({ rate, bucketSize }: Limits, now: number): void {
    this.#update(now);
    this.#capacity = bucketSize;
    this.#enforced.reset(rate);
    this.#refill(now);
  }

  /** As when the queue is resumed. */
  fill(now: number): void {
    this.#update(now);
    this.#bucket.fill(now);
  }

  /** A throttle signal. Returns true when it halved the enforced rate. */
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

/** True: the enforced rate begins anew. */
export function changesRate(queue: DispatcherQueue, before: DispatcherQueue): boolean {
  const { rate, bucketSize, rateSince } = before;
  return queue.rate !== rate || queue.bucketSize !== bucketSize || queue.rateSince !== rateSince;
}
