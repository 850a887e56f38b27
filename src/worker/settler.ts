// Tells the database what became of tasks. What ends while a statement is under way goes with the next one.

import { renew } from '../client/task.ts';
import { QueuePausedError, TransientError } from '../domain/errors.ts';
import { MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { systemClock } from '../runtime/clock.ts';
import { Together } from '../runtime/together.ts';
import type { Executor } from '../sql/executor.ts';
import { type LeaseChange, modifyTaskLeases } from '../store/leases.ts';
import { deleteTasks } from '../store/tasks.ts';
import type { HeldTask } from './held-task.ts';

/** Enough that one is being committed while another is carried out. */
const DELETES_AT_ONCE = 3;

export class Settler {
  readonly #deletes: Together<HeldTask, boolean>;
  readonly #changes: Together<LeaseChange, Date | undefined>;
  readonly #trouble: (error: unknown) => void;
  /** Nothing is tried again after this moment. */
  patientUntil = Infinity;

  /** @param trouble told of errors that are tried again */
  constructor(executor: Executor, queue: string, trouble: (error: unknown) => void) {
    this.#trouble = trouble;
    this.#deletes = new Together(
      (asked) => inPortions(asked, (portion) => deleteAll(executor, queue, portion)),
      DELETES_AT_ONCE,
    );
    this.#changes = new Together((asked) => inPortions(asked, (portion) => changeAll(executor, queue, portion)));
  }

  /** True: it was this lease's to end. Tries again while the connection is troubled and nobody else can have the task. */
  finish(held: HeldTask): Promise<boolean> {
    return this.#insist(held, () => this.#deletes.ask(held));
  }

  /**
   * Gives it back for others to lease after so many seconds; false: it is another's already. While the queue is paused it can't be given back: nobody
   * can lease it either, and its lease ends by itself.
   */
  async release(held: HeldTask, seconds: number): Promise<boolean> {
    const { name, leaseToken } = held.task;
    const change = { name, leaseToken, leaseSeconds: seconds };
    const changed = () => this.#changes.ask(change).catch(unlessPaused);
    return (await this.#insist(held, changed)) !== undefined;
  }

  /** Its new end; undefined: the lease is lost. */
  async renew(held: HeldTask, leaseSeconds: number): Promise<Date | undefined> {
    const { name, leaseToken } = held.task;
    const eta = await this.#changes.ask({ name, leaseToken, leaseSeconds });
    if (eta) renew(held.task, { ...held.task, queue: held.task.queueName, eta });
    return eta;
  }

  async #insist<Result>(held: HeldTask, settle: () => Promise<Result>): Promise<Result> {
    for (let failures = 1; ; failures++) {
      try {
        return await settle();
      } catch (error) {
        this.#trouble(error);
        if (!(error instanceof TransientError) || performance.now() > Math.min(held.leasedUntil, this.patientUntil))
          throw error;
        await systemClock.sleep(backoffMs(failures));
      }
    }
  }
}

function unlessPaused(error: unknown): 'paused' {
  if (error instanceof QueuePausedError) return 'paused';
  throw error;
}

async function deleteAll(executor: Executor, queue: string, tasks: HeldTask[]): Promise<boolean[]> {
  const names = tasks.map(({ task }) => task.name);
  const tokens = tasks.map(({ task }) => task.leaseToken);
  return (await deleteTasks(executor, queue, names, tokens)).map(({ deleted }) => deleted);
}

async function changeAll(executor: Executor, queue: string, changes: LeaseChange[]): Promise<(Date | undefined)[]> {
  const ends = await modifyTaskLeases(executor, queue, changes);
  return changes.map(({ name }) => ends.get(name));
}

async function inPortions<Ask, Answer>(asked: Ask[], answer: (asks: Ask[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < asked.length; from += MAX_TASKS_PER_LEASE) {
    answers.push(...(await answer(asked.slice(from, from + MAX_TASKS_PER_LEASE))));
  }
  return answers;
}
