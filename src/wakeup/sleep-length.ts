// The length of a sleep, for a sleeper that tried to take its queue's doorbell and then checked when something is due.
//
//   nothing to do ──▶ take the doorbell ──▶ check again ──▶ sleep ──notified, due, polled──▶ release it, work
//
// While the doorbell is held, every enqueuer notifies. If it cannot be taken, an enqueuer that will not notify has not
// committed yet: the sleeper checks again soon, at first after as long as the wait has already taken. It uses short
// sleeps instead of waiting for the lock on a connection of its own: that is one mechanism less, serves many queues at
// once, and costs 16 ms at most.

/** A due task that cannot be taken is locked by another session, which needs a moment. */
const LOCKED_MS = 50;
/** How many times in a row taking is retried immediately: the task may have been added after the last attempt. */
const MAX_VAIN = 2;
const MAX_OPEN_MS = 16;
/** A transaction that takes longer than this is checked for less often. */
const LONG_OPEN_MS = 10_000;
const LONG_OPEN_SLEEP_MS = 100;

export class SleepLength {
  #vain = 0;
  #openSince: number | undefined;

  /**
   * @param held true if every enqueuer from now on notifies
   * @param dueMs until something is due; 0 or less: now; Infinity: nothing is
   * @param now in milliseconds
   * @returns milliseconds
   */
  next(held: boolean, dueMs: number, now: number): number {
    if (held) this.#openSince = undefined;
    if (dueMs <= 0) {
      this.#vain += 1;
      return this.#vain > MAX_VAIN ? LOCKED_MS : 0;
    }
    this.#vain = 0;
    const untilDue = Math.ceil(dueMs) + 1; // timers have no microseconds
    return held ? untilDue : Math.min(untilDue, this.#openSleepMs(now));
  }

  /** Tasks could be taken. */
  foundWork(): void {
    this.#vain = 0;
  }

  #openSleepMs(now: number): number {
    this.#openSince ??= now;
    const openMs = now - this.#openSince;
    return openMs > LONG_OPEN_MS ? LONG_OPEN_SLEEP_MS : Math.min(Math.max(openMs, 1), MAX_OPEN_MS);
  }
}
