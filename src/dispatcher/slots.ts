/** How many dispatches this process may have in flight, over all its queues. */
export class Slots {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #used = 0;

  /** @param limit 1 or more */
  constructor(limit = 1000) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`concurrency must be a whole number from 1, got ${limit}`);
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get free(): number {
    return this.#limit - this.#used;
  }

  /** Takes up to `wanted` slots and says how many. */
  reserve(wanted: number): number {
    const granted = Math.max(0, Math.min(wanted, this.free));
    this.#used += granted;
    return granted;
  }

  /** Gives `n` slots back and wakes who waits longest. */
  giveBack(n = 1): void {
    this.#used -= n;
    if (n > 0) this.wakeNext();
  }

  /** Calls `wake` once, when a slot comes free. Asking again changes nothing. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }

  stopWaiting(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** Who was woken and found nothing to do passes the slot on with this. */
  wakeNext(): void {
    if (this.free <= 0) return;
    for (const wake of this.#waiting) {
      this.#waiting.delete(wake);
      wake();
      return;
    }
  }
}
