// Rings are hints, and everyone who may connect to the database can send them. Those that lead to something are heard at once; after some in a row that
// led to nothing, the next are heard a little later, so that no flood of them keeps a dispatcher busy.

import type { Clock } from '../runtime/clock.ts';

/** So many in a row may be vain: those who add roll back, or another queue took the slot. */
const MOST_AT_ONCE = 16;
const LONGEST_MS = 100;

export class RingLimit {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #vain = 0;
  #answered = true;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  ring(): void {
    if (this.#cancel) return; // it will be heard
    if (this.#answered) this.#vain += 1;
    this.#answered = false;
    const ms = this.#vain <= MOST_AT_ONCE ? 0 : Math.min(2 ** (this.#vain - MOST_AT_ONCE), LONGEST_MS);
    if (ms === 0) this.#wake();
    else this.#delay(ms);
  }

  #delay(ms: number): void {
    this.#cancel = this.#clock.alarm(ms, () => {
      this.#cancel = undefined;
      this.#wake();
    });
  }

  /** A pass begins, for whatever reason: rings from now on are others. */
  answer(): void {
    this.#answered = true;
  }

  /** A pass found something. */
  wasFruitful(): void {
    this.#vain = 0;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
