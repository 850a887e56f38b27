// The database's clock, extrapolated between two readings.

import type { Clock } from '../../runtime/clock.ts';

/** More than clock drift can explain between two readings. */
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

  /**
   * Takes in a reading. Returns true if the database's clock was apparently set back; a delayed reading can look the
   * same.
   */
  set(now: number): boolean {
    const before = this.#ahead;
    this.#ahead = now - this.#clock.now();
    return before !== undefined && this.#ahead < before - STEP_MS;
  }
}
