// Cells start a few at a time. A start opens connections and reads all queues, which is a second of work: a hundred at
// once keep each other from answering in time.

import { systemClock } from '../runtime/clock.ts';
import { within } from '../runtime/within.ts';

/** How many start at once. */
const AT_ONCE = 4;
/** A start that takes longer, because its database does not answer, goes on, but lets the next begin. */
const TURN_MS = 2_000;

export class StartTurns {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Runs the work when it is its turn; first come, first served. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.#begin();
    const working = work();
    const ended = working.catch(() => {});
    void within(TURN_MS, ended, systemClock).then(() => this.#end());
    return working;
  }

  #begin(): Promise<void> | undefined {
    if (this.#running === AT_ONCE) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    return undefined;
  }

  #end(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
