// What time the database has, as far as it can be told between two looks at it.

import type { Clock } from '../../runtime/clock.ts';

/** More than a clock that runs at another speed can be behind between two looks. */
const STEP_MS = 1_000;

export class DatabaseClock {
  readonly #clock: Clock;
  #ahead: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock.now() + (this.#ahead ?? 0);
  }

  /** The database just said that it is `now`. Returns true when its clock was set back, as far as can be told: its answer may have been late. */
  set(now: number): boolean {
    const before = this.#ahead;
    this.#ahead = now - this.#clock.now();
    return before !== undefined && this.#ahead < before - STEP_MS;
  }
}
