// When attempts begin: a few with each turn of the event loop.
//
// The turn between is what lets the loop read what idle connections hold before one of them is used again. Without it, a stray second response to
// the request before, arriving while the loop was busy, is taken for the answer to the next one. A few only, because then responses are read, and their
// connections free again, before the next begin: a hundred claimed tasks need some dozens of connections, not a hundred.

const MOST_A_TURN = 32;

interface Turn {
  begins: PromiseWithResolvers<void>;
  taken: number;
}

export class StartGate {
  readonly #coming: Turn[] = [];

  /** Resolves in a later turn; those who asked together share one, as far as it goes. */
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
