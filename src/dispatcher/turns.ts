// When attempts begin: a few with each turn of the event loop.
//
// The turn between is what lets the loop read what idle connections hold before one of them is used again. Without it, a stray second response to
// the request before, arriving while the loop was busy, is taken for the answer to the next one. A few only, because then responses are read, and their
// connections free again, before the next begin: a hundred claimed tasks need some dozens of connections, not a hundred.

const MOST_A_TURN = 32;

export class Turns {
  #waiting: (() => void)[] = [];
  #scheduled = false;

  /** Calls `begin` in a later turn, in the order of asking. */
  next(begin: () => void): void {
    this.#waiting.push(begin);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    const now = this.#waiting.splice(0, MOST_A_TURN);
    if (this.#waiting.length > 0) this.#schedule();
    for (const begin of now) begin();
  }
}
