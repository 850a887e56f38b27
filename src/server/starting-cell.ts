// One of several cells, which is started again and again until that succeeds, whatever the others do. From then on its
// parts survive a loss of the database by themselves.

import { SchemaVersionError } from '../domain/errors.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { Retries } from '../runtime/retries.ts';
import { within } from '../runtime/within.ts';
import type { Cell } from './cell.ts';
import { SameDatabase } from './databases-in-use.ts';
import type { StartTurns } from './start-turns.ts';

/** How long a stop waits for an attempt to start that is under way. */
const PATIENCE_MS = 1_000;

export class StartingCell {
  readonly name: string;
  readonly #create: () => Cell;
  readonly #turns: StartTurns;
  readonly #logger: Logger;
  readonly #retries: Retries;
  readonly #ending = new AbortController();
  #starting: Promise<void> = Promise.resolve();
  #started: Cell | undefined;
  #problem = 'it is starting';
  #nextAt = 0;

  /**
   * @param create makes a fresh one for each attempt
   * @param turns shared by all cells
   */
  constructor(name: string, create: () => Cell, turns: StartTurns, logger: Logger) {
    this.name = name;
    this.#create = create;
    this.#turns = turns;
    this.#logger = logger;
    const words = {
      first: 'the cell cannot start; retrying',
      more: 'the cell still cannot start',
      over: 'the cell works',
    };
    this.#retries = new Retries(words, systemClock, logger);
  }

  /** Undefined: it has not started. */
  get cell(): Cell | undefined {
    return this.#started;
  }

  /** Why it does not work; undefined if it does. */
  async problem(): Promise<string | undefined> {
    return this.#started ? this.#started.problem() : this.#problem;
  }

  /** Until the next attempt to start. */
  get retryMs(): number {
    return Math.max(0, this.#nextAt - systemClock.now());
  }

  /** Returns at once. */
  start(): void {
    this.#starting = this.#keepStarting();
  }

  /** Tries no more, and ends its requests. */
  async endRequests(): Promise<void> {
    this.#ending.abort();
    await within(PATIENCE_MS, this.#starting, systemClock);
    await this.#started?.endRequests();
  }

  async #keepStarting(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const error = await this.#turns
        .take(() => this.#attempt())
        .then(
          () => undefined,
          (thrown) => thrown ?? new Error('unknown'),
        );
      if (error === undefined) return this.#retries.worked();
      this.#problem = inWords(error);
      if (error instanceof SameDatabase) return this.#logger.error('the cell is not started', { error });
      const ms = signal.aborted ? 0 : this.#retries.failed(error);
      this.#nextAt = systemClock.now() + ms;
      await systemClock.sleep(ms, signal);
    }
  }

  async #attempt(): Promise<void> {
    const { signal } = this.#ending;
    signal.throwIfAborted(); // it may have waited for its turn
    const cell = this.#create();
    try {
      await cell.open();
      if (!signal.aborted) await cell.run();
      if (signal.aborted) throw new Error('the server is stopping');
      this.#started = cell;
    } catch (error) {
      await cell.endRequests();
      await cell.stop();
      await cell.disconnect();
      throw error;
    }
  }
}

/** The driver's own messages may contain names of hosts and users. */
function inWords(error: unknown): string {
  if (error instanceof SchemaVersionError || error instanceof SameDatabase) return error.message;
  return 'it could not be started; the log says why';
}
