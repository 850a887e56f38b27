// The number of a queue's attempts that await their response: those of this process, and those of dispatchers that led
// the queue before.
//
// Own attempts are counted here, whichever leadership began them. Those of other dispatchers are known from leases in
// the database, which hold the dispatcher's number. A request can outlive its dispatcher's leadership, so others'
// attempts count until their leases expire, or until their dispatcher has been gone so long that it has cut them off or
// died (silence.ts).

import type { Claimer } from '../../domain/queue.ts';
import { GONE_MS } from '../database/silence.ts';

export class InFlight {
  #own = 0;
  #inherited = 0;
  /** When each disconnected dispatcher was first found missing, by its number, in milliseconds. */
  readonly #missedSince = new Map<number, number>();
  #ended = () => {};

  get inherited(): number {
    return this.#inherited;
  }

  get total(): number {
    return this.#own + this.#inherited;
  }

  /**
   * Begins a leadership: what was known of other dispatchers may have changed meanwhile. `ended` is called when an own
   * attempt ends.
   */
  begin(others: readonly Claimer[], now: number, ended: () => void): void {
    this.#missedSince.clear();
    this.#ended = ended;
    this.count(others, now);
  }

  started(n: number): void {
    this.#own += n;
  }

  finished(): void {
    this.#own -= 1;
    this.#ended();
  }

  /** Updates the count from the leases of other dispatchers. */
  count(others: readonly Claimer[], now: number): void {
    for (const { claimer, connected } of others) {
      if (connected || claimer === 0) this.#missedSince.delete(claimer);
      else if (!this.#missedSince.has(claimer)) this.#missedSince.set(claimer, now);
    }
    const counting = others.filter(({ claimer }) => now - (this.#missedSince.get(claimer) ?? now) < GONE_MS);
    this.#inherited = counting.reduce((sum, { held }) => sum + held, 0);
  }
}
