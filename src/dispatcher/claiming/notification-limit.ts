// Passes a queue's notifications on to its runner, with a short delay after many that led to nothing.

import type { Clock } from '../../runtime/clock.ts';
import { notificationDelayMs } from '../../wakeup/notification-delay.ts';

export class NotificationLimit {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #vain = 0;
  #answered = true;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  notify(): void {
    if (this.#cancel) return; // a wake-up is already scheduled
    if (this.#answered) this.#vain += 1;
    this.#answered = false;
    const ms = notificationDelayMs(this.#vain);
    if (ms === 0) this.#wake();
    else this.#delay(ms);
  }

  #delay(ms: number): void {
    this.#cancel = this.#clock.alarm(ms, () => {
      this.#cancel = undefined;
      this.#wake();
    });
  }

  /** A pass begins, for whatever reason: later notifications count as new ones. */
  answer(): void {
    this.#answered = true;
  }

  /** A pass found something. */
  foundWork(): void {
    this.#vain = 0;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
