// One source of a relay: its rows become named tasks, and leave the outbox once these are acknowledged. So a row may
// come twice, when the relay or a store stops in between, and its task exists once.

import {
  InvalidRequestError,
  InvalidTaskError,
  StorageLimitExceededError,
  TaskQueueError,
  TransientError,
} from '../domain/errors.ts';
import { MAX_TASKS_PER_ADD } from '../domain/limits.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { relayTasks } from '../store/relayed-tasks.ts';
import type { Outbox, OutboxRow } from './outbox.ts';
import { SetAside } from './set-aside.ts';

const ROWS_PER_READ = 1_000;

interface RelaySourceParts {
  /** Begins the names of its tasks. */
  name: string;
  outbox: Outbox;
  /** Where the tasks go. */
  target: Executor;
  clock: Clock;
  logger: Logger;
}

/** What a source has done, and what it waits for. */
export interface RelayCounts {
  added: number;
  /** Rows whose tasks had been added before. */
  repeated: number;
  refused: number;
  /** Age of the oldest row at the last pass; undefined: there was no pass yet. */
  lagSeconds: number | undefined;
  /** Rows and queues that wait for another try. */
  setAside: number;
}

export class RelaySource {
  readonly name: string;
  readonly #parts: RelaySourceParts;
  readonly #setAside: SetAside;
  readonly #counts: RelayCounts = { added: 0, repeated: 0, refused: 0, lagSeconds: undefined, setAside: 0 };

  constructor(parts: RelaySourceParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#setAside = new SetAside(parts.clock);
  }

  get counts(): Readonly<RelayCounts> {
    return { ...this.#counts, setAside: this.#setAside.size };
  }

  /**
   * Relays the first rows. Returns true if there may be more.
   *
   * @throws the errors of a store that cannot be reached; a later pass continues
   */
  async runOnce(signal: AbortSignal): Promise<boolean> {
    const { outbox } = this.#parts;
    const rows = await outbox.read(ROWS_PER_READ, this.#setAside.leftOut());
    for (const [queue, waiting] of Map.groupBy(rows, (row) => row.queue)) {
      for (let at = 0; at < waiting.length && !signal.aborted; at += MAX_TASKS_PER_ADD)
        await this.#relay(queue, waiting.slice(at, at + MAX_TASKS_PER_ADD));
    }
    this.#counts.lagSeconds = await outbox.lagSeconds();
    return rows.length === ROWS_PER_READ;
  }

  async #relay(queue: string, all: readonly OutboxRow[]): Promise<void> {
    if (this.#setAside.hasQueue(queue)) return;
    const rows = all.filter((row) => !this.#setAside.hasLaneOf(row));
    if (rows.length === 0) return;
    const { outbox, target } = this.#parts;
    try {
      const tasks = rows.map(({ id, task }) => ({ name: `${this.name}-${id}`, task }));
      const repeated = await relayTasks(target, queue, tasks);
      this.#counts.added += rows.length - repeated;
      this.#counts.repeated += repeated;
    } catch (error) {
      return this.#refused(queue, rows, error);
    }
    await outbox.remove(rows.map(({ id }) => id));
  }

  /** One invalid task makes the call fail: the others are added one by one, in order. */
  async #refused(queue: string, rows: readonly OutboxRow[], error: unknown): Promise<void> {
    const { logger } = this.#parts;
    if (!(error instanceof TaskQueueError) || error instanceof TransientError) throw error;
    const { message, hint: remedy } = error;
    if (!isAboutTask(error)) {
      this.#setAside.setQueue(queue);
      this.#counts.refused += rows.length;
      return logger.error('could not relay the rows of a queue; they stay in the outbox and are tried again', {
        ...{ source: this.name, queue, error: message, remedy },
      });
    }
    const [row] = rows;
    if (rows.length > 1) for (const one of rows) await this.#relay(queue, [one]);
    else if (row) {
      this.#setAside.setRow(row);
      this.#counts.refused += 1;
      logger.error('could not relay a row; it stays in the outbox and is tried again', {
        ...{ source: this.name, queue, id: row.id, key: row.key, error: message, remedy },
      });
    }
  }
}

/** Whether another task of the same queue could be added. */
function isAboutTask(error: TaskQueueError): boolean {
  if (error instanceof StorageLimitExceededError) return false; // there is no room for any
  return error instanceof InvalidTaskError || error instanceof InvalidRequestError;
}
