// How many attempts of one queue await their response: those of this process, and those of others that led the queue before.
//
// Own ones are counted here, whichever leadership began them. Those of others are known as leases in the database, with the numbers of their dispatchers. A
// request can outlive its dispatcher's leadership; so others' count until their leases end, or until their dispatcher has been gone for so long
// that it has cut them off, or died (silence.ts).

import type { Claimer } from '../../domain/queue.ts';
import { GONE_MS } from '../database/silence.ts';

export class InFlight {
  #own = 0;
  #inherited = 0;
  /** Numbers of dispatchers that are not connected, and since when that is known, in milliseconds. */
  readonly #missedSince = new Map<number, number>();
  #ended = () => {};

  get inherited(): number {
    return this.#inherited;
  }

  get total(): number {
    return this.#own + this.#inherited;
  }

  /** A leadership begins. What was known of others may have changed meanwhile. `ended`: told when an own attempt ends. */
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

  /** A look at what others hold. */
  count(others: readonly Claimer[], now: number): void {
    for (const { claimer, connected } of others) {
      if (connected || claimer === 0) this.#missedSince.delete(claimer);
      else if (!this.#missedSince.has(claimer)) this.#missedSince.set(claimer, now);
    }
    const counting = others.filter(({ claimer }) => now - (this.#missedSince.get(claimer) ?? now) < GONE_MS);
    this.#inherited = counting.reduce((sum, { held }) => sum + held, 0);
  }
}
