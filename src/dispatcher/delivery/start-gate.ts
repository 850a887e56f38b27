// Paces the start of attempts: a few in each turn of the event loop.
//
// Between two turns the loop reads what idle connections have received, before one of them is used again. Otherwise a
// stray second response to an earlier request, which arrived while the loop was busy, would be taken for the response
// to the next one. Only a few start per turn, because responses are then read and their connections freed before more
// attempts start: a hundred claimed tasks need some dozens of connections, not a hundred.

const MOST_A_TURN = 32;

interface Turn {
  begins: PromiseWithResolvers<void>;
  taken: number;
}

export class StartGate {
  readonly #coming: Turn[] = [];

  /** Resolves in a later turn. Callers of the same turn share one, up to its limit. */
  next(): Promise<void> {
    let last = this.#coming.at(-1);
    if (last === undefined || last.taken >= MOST_A_TURN) {
      last = { begins: Promise.withResolvers(), taken: 0 };
      this.#coming.push(last);
      if (this.#coming.length === 1) setImmediate(() => this.#begin());
    }
    last.taken += 1;
    return last.begins.promise;
  }

  #begin(): void {
    this.#coming.shift()?.begins.resolve();
    if (this.#coming.length > 0) setImmediate(() => this.#begin());
  }
}
