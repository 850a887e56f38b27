// What time the database has, as far as it can be told between two looks at it.

import type { Clock } from '../runtime/clock.ts';

export class DatabaseClock {
  readonly #clock: Clock;
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock.now() + this.#ahead;
  }

  /** The database just said that it is `now`. */
  set(now: number): void {
    this.#ahead = now - this.#clock.now();
  }
}
