// A manual clock for a dispatcher under test: time passes only when the test advances it.

import type { Clock } from '../runtime/clock.ts';

interface Alarm {
  at: number;
  fire(): void;
}

/**
 * Stands still until `advance`, which ends all sleeps and fires all alarms that fall due, in order.
 *
 * @example
 * const clock = new ManualClock()
 * const dispatcher = new Dispatcher({ database, clock })
 * clock.advance(1) // one token at 1/s
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  /** @param now milliseconds since 1970 */
  constructor(now = Date.UTC(2030, 0, 1)) {
    this.#now = now;
  }

  /** Seconds until the next sleep or alarm; undefined if there is none. */
  get secondsToNext(): number | undefined {
    const next = this.#next(Infinity);
    return next && Math.max(0, next.at - this.#now) / 1000;
  }

  now(): number {
    return this.#now;
  }

  /** Number of pending sleeps and alarms. */
  get waiting(): number {
    return this.#alarms.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.alarm(ms, resolve);
      signal?.addEventListener('abort', cancel, { once: true });
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  alarm(ms: number, fire: () => void): () => void {
    const alarm = { at: this.#now + ms, fire };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Advances the clock; a negative number sets it back and fires no alarm. */
  advance(seconds: number): void {
    this.set(this.#now + seconds * 1000);
  }

  /** Sets the clock, to milliseconds since 1970, as `advance` does. */
  set(until: number): void {
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
    this.#now = until;
  }

  #next(until: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
