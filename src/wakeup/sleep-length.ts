// How long a sleeper sleeps after it has tried to take its queue's doorbell, and has then checked when something is due.
//
//   nothing to do ──▶ take the doorbell ──▶ check once more: when is something due? ──▶ sleep ──notified, due, polled──▶ release it, work
//
// While the doorbell is held, whoever adds to the queue notifies. While it is open, an enqueuer that will not notify is not done yet: the sleeper checks again
// soon, at first after as long as that has taken already. Short sleeps rather than a wait for the lock on a connection of its own: that is one mechanism
// less, serves many queues at once, and costs 16 ms at most.

/** What is due but can't be taken is locked by somebody, who needs a moment. */
const LOCKED_MS = 50;
/** This many times in a row it is tried again at once: it may have been added after the last try. */
const MAX_VAIN = 2;
const MAX_OPEN_MS = 16;
/** An enqueuer that takes longer than this is checked less often. */
const LONG_OPEN_MS = 10_000;
const LONG_OPEN_SLEEP_MS = 100;

export class SleepLength {
  #vain = 0;
  #openSince: number | undefined;

  /**
   * @param held whether whoever adds from now on notifies
   * @param dueMs until something is due; 0 or less: now; Infinity: nothing is there
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

  /** Something could be taken. */
  foundWork(): void {
    this.#vain = 0;
  }

  #openSleepMs(now: number): number {
    this.#openSince ??= now;
    const openMs = now - this.#openSince;
    return openMs > LONG_OPEN_MS ? LONG_OPEN_SLEEP_MS : Math.min(Math.max(openMs, 1), MAX_OPEN_MS);
  }
}
