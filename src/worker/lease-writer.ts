// Writes the outcomes and renewals of leases to the database. Those that arrive while a statement is under way share
// the next one.

import { renew } from '../client/task.ts';
import { QueuePausedError, TransientError } from '../domain/errors.ts';
import { MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import type { Executor } from '../postgres/executor.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { GroupCommit } from '../runtime/group-commit.ts';
import { failTaskLeases, finishTasks, type LeaseChange, type LeaseFailure, modifyTaskLeases } from '../store/leases.ts';
import type { HeldTask } from './held-task.ts';

/**
 * Only one statement at a time finishes tasks, unless it takes longer than this, because of a locked row or a slow
 * disk.
 */
const SLOW_MS = 50;
const MOST_STATEMENTS = 3;

export interface LeaseWriterEvents {
  /** The task was finished; not `leaseHeld`: its lease had been lost before. */
  finished(held: HeldTask, leaseHeld: boolean): void;
  /** The task could not be finished and will not be retried. */
  gaveUp(held: HeldTask, error: unknown): void;
  /** A database error, whether or not the statement is retried. */
  trouble(error: unknown): void;
}

export class LeaseWriter {
  readonly #executor: Executor;
  readonly #queue: string;
  readonly #clock: Clock;
  readonly #events: LeaseWriterEvents;
  readonly #changes: GroupCommit<LeaseChange, Date | undefined>;
  /** Apart from changes: a queue that is paused refuses those and not these. */
  readonly #failures: GroupCommit<LeaseFailure, boolean>;
  #finishing: HeldTask[] = [];
  #statements = 0;
  #begunAt = 0;
  #gathering = false;
  #retryTimer: NodeJS.Timeout | undefined;
  /** Nothing is retried after this time. */
  patientUntil = Infinity;

  constructor(executor: Executor, { queue, clock }: { queue: string; clock: Clock }, events: LeaseWriterEvents) {
    this.#clock = clock;
    this.#executor = executor;
    this.#queue = queue;
    this.#events = events;
    this.#changes = new GroupCommit((asked) => inBatches(asked, (batch) => changeAll(executor, queue, batch)));
    this.#failures = new GroupCommit((asked) => inBatches(asked, (batch) => failAll(executor, queue, batch)));
  }

  /**
   * Deletes the task if this worker still holds its lease. Retries while the connection fails and no other worker can
   * have the task.
   */
  finish(held: HeldTask): void {
    this.#finishing.push(held);
    this.#begin();
  }

  /**
   * Releases the task so that it can be leased again now. Resolves with false if another worker already has it. While
   * the queue is paused, tasks cannot be released: nobody can lease them either, and the lease expires by itself.
   */
  async release(held: HeldTask): Promise<boolean> {
    const { name, leaseToken } = held.task;
    const change = { name, leaseToken, leaseSeconds: 0 };
    return this.#patiently(held, async () => (await this.#changes.ask(change).catch(unlessPaused)) !== undefined);
  }

  /**
   * Records that the task failed, so that it can be leased again after `seconds`; Infinity: never. Resolves with false
   * if another worker already has it.
   */
  async fail(held: HeldTask, seconds: number, error: unknown): Promise<boolean> {
    const { name, leaseToken } = held.task;
    return this.#patiently(held, () => this.#failures.ask({ name, leaseToken, leaseSeconds: seconds, error }));
  }

  async #patiently(held: HeldTask, settle: () => Promise<boolean>): Promise<boolean> {
    for (let failures = 1; ; failures++) {
      try {
        return await settle();
      } catch (error) {
        this.#events.trouble(error);
        if (!this.#isWorthTrying(held, error)) throw error;
        await systemClock.sleep(backoffMs(failures));
      }
    }
  }

  /** Returns the new end of the lease; undefined if the lease is lost. */
  async renew(held: HeldTask, leaseSeconds: number): Promise<Date | undefined> {
    const { name, leaseToken } = held.task;
    const eta = await this.#changes.ask({ name, leaseToken, leaseSeconds });
    if (eta) renew(held.task, { ...held.task, queue: held.task.queueName, eta });
    return eta;
  }

  #begin(): void {
    if (this.#gathering || this.#finishing.length === 0) return;
    if (!this.#mayBegin()) {
      this.#retryTimer ??= setTimeout(() => {
        this.#retryTimer = undefined;
        this.#begin();
      }, SLOW_MS);
      return;
    }
    this.#gathering = true;
    queueMicrotask(() => void this.#finishAll()); // so that tasks that end at the same time go together
  }

  #mayBegin(): boolean {
    if (this.#statements === 0) return true;
    return this.#statements < MOST_STATEMENTS && performance.now() - this.#begunAt > SLOW_MS;
  }

  async #finishAll(): Promise<void> {
    this.#gathering = false;
    this.#statements += 1;
    while (this.#finishing.length > 0) {
      this.#begunAt = performance.now();
      await this.#finishTogether(this.#finishing.splice(0, MAX_TASKS_PER_LEASE));
    }
    this.#statements -= 1;
  }

  async #finishTogether(tasks: HeldTask[]): Promise<void> {
    let left = tasks;
    for (let failures = 1; left.length > 0; failures++) {
      try {
        return this.#report(left, await finishTasks(this.#executor, this.#queue, left.map(taskOf)));
      } catch (error) {
        this.#events.trouble(error);
        const { again = [], never = [] } = Object.groupBy(left, (held) =>
          this.#isWorthTrying(held, error) ? 'again' : 'never',
        );
        for (const held of never) this.#events.gaveUp(held, error);
        left = again;
        if (left.length > 0) await systemClock.sleep(backoffMs(failures));
      }
    }
  }

  #report(tasks: HeldTask[], lost: ReadonlySet<string>): void {
    for (const held of tasks) this.#events.finished(held, !lost.has(held.task.name));
  }

  #isWorthTrying(held: HeldTask, error: unknown): boolean {
    return error instanceof TransientError && this.#clock.now() <= Math.min(held.leasedUntil, this.patientUntil);
  }
}

function taskOf({ task }: HeldTask) {
  return task;
}

function unlessPaused(error: unknown): 'paused' {
  if (error instanceof QueuePausedError) return 'paused';
  throw error;
}

async function changeAll(executor: Executor, queue: string, changes: LeaseChange[]): Promise<(Date | undefined)[]> {
  const ends = await modifyTaskLeases(executor, queue, changes);
  return changes.map(({ name }) => ends.get(name));
}

async function failAll(executor: Executor, queue: string, failures: LeaseFailure[]): Promise<boolean[]> {
  const held = await failTaskLeases(executor, queue, failures);
  return failures.map(({ name }) => held.has(name));
}

async function inBatches<Ask, Answer>(asked: Ask[], answer: (asks: Ask[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < asked.length; from += MAX_TASKS_PER_LEASE) {
    answers.push(...(await answer(asked.slice(from, from + MAX_TASKS_PER_LEASE))));
  }
  return answers;
}
