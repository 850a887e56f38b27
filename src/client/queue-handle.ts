// A handle on one queue: add, lease, delete, pause.

import { DuplicateTaskNameError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { Lease } from '../domain/lease.ts';
import type { Queue, QueueStatistics } from '../domain/queue.ts';
import type { QueueDefinition } from '../domain/queue-definition.ts';
import type { CompletedTask, NewTask, Overflow, TaskOutcome } from '../domain/task.ts';
import type { Executor } from '../postgres/executor.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { executorIn } from '../postgres/transaction.ts';
import { type CompletedFilter, fetchOutcome, listCompletedTasks } from '../store/completed-tasks.ts';
import { leaseTasks, leaseTasksByTag, modifyTaskLease } from '../store/leases.ts';
import { fetchStatistics } from '../store/queue-statistics.ts';
import { type PauseOptions, pauseQueue, purgeQueue, resumeQueue } from '../store/queues.ts';
import { deleteTask, deleteTasks, runTask } from '../store/tasks.ts';
import type { AddTaskOptions, InTransaction } from './call-options.ts';
import { Enqueuer } from './enqueuer.ts';
import { checkLease, leaseOrWait, type WaitingLeaseRequest } from './lease-or-wait.ts';
import { type WaitOptions, waitForOutcome } from './outcome-wait.ts';
import { LeasedTask, leaseTokenOf, markDeleted, nameOf, renew, requireOwn, Task } from './task.ts';
import type { Adding } from './traced-add.ts';
import type { Waits } from './waits.ts';

export type { AddTaskOptions, InTransaction } from './call-options.ts';

let internalsOf: (queue: QueueHandle) => { own: OwnStatements; enqueuer: Enqueuer };

/** A queue, by name. A missing queue is reported at the first use. */
export class QueueHandle {
  readonly name: string;
  readonly #own: OwnStatements;
  readonly #waits: Waits;
  readonly #enqueuer: Enqueuer;

  static {
    internalsOf = (queue) => ({ own: queue.#own, enqueuer: queue.#enqueuer });
  }

  constructor(name: string, own: OwnStatements, waits: Waits, adding: Adding = {}, definition?: QueueDefinition) {
    this.name = name;
    this.#own = own;
    this.#waits = waits;
    this.#enqueuer = new Enqueuer({ queue: name, own, adding, definition });
  }

  /**
   * Adds a task, or up to 100 in one call. Without a transaction, it is committed when the promise resolves. With one,
   * the task exists if and only if that commits; adds may run in parallel, but await them all before the commit.
   *
   * @throws TaskAlreadyExistsError, TombstonedTaskError when a name is in use (the other tasks of a batch were added:
   *   see `results`); InvalidTaskError and its subclasses; TooManyTasksError; BadTransactionStateError;
   *   UnknownQueueError; EnqueueOutcomeUnknown when the connection was lost; TypeError for a misspelt property
   * @example
   * ```ts
   * await queues.queue('mail').add({ url: '/send', json: { to: 'a@b' } })
   * await queues.queue('mail').add({ url: '/send', json: { to: 'a@b' } }, { transaction: client })
   * ```
   */
  add(task?: NewTask, options?: AddTaskOptions): Promise<Task>;
  add(tasks: readonly NewTask[], options?: AddTaskOptions): Promise<Task[]>;
  async add(given: NewTask | readonly NewTask[] = {}, options: AddTaskOptions = {}): Promise<Task | Task[]> {
    return this.#enqueuer.add(given, options);
  }

  /**
   * Leases due tasks of a pull queue, oldest ETA first; none if none is due, or becomes due within `waitSeconds`.
   *
   * @throws InvalidLeaseTimeError, InvalidMaxTasksError, InvalidQueueModeError for a push queue, QueuePausedError,
   *   UnknownQueueError; TypeError for a wait inside a transaction, which would keep its snapshot open
   * @example `const tasks = await photos.leaseTasks({ leaseSeconds: 60, maxTasks: 100, waitSeconds: 30 })`
   */
  async leaseTasks(request: WaitingLeaseRequest, options: InTransaction = {}): Promise<LeasedTask[]> {
    return this.#lease(request, options, undefined, (executor) => leaseTasks(executor, this.name, request));
  }

  /**
   * Leases due tasks with one tag: `tag`, or that of the oldest due task. If that task has none, leases untagged tasks.
   *
   * @throws as leaseTasks; InvalidTagError
   * @example `const batch = await photos.leaseTasksByTag({ leaseSeconds: 60, maxTasks: 100, tag: 'customer-7' })`
   */
  async leaseTasksByTag(
    { tag, ...request }: WaitingLeaseRequest & { tag?: string | undefined },
    options: InTransaction = {},
  ): Promise<LeasedTask[]> {
    const lease = (executor: Executor) => leaseTasksByTag(executor, this.name, request, tag);
    return this.#lease(request, options, tag || undefined, lease);
  }

  /**
   * Makes a lease expire this many seconds from now; 0 releases the task. The task's `eta` becomes the new expiry. With
   * an error the task failed: its lease ends, and it can be leased again after these seconds; Infinity: it is dead.
   *
   * @throws TaskLeaseExpiredError if the lease has expired; TombstonedTaskError, UnknownTaskError if the task is gone
   */
  async modifyTaskLease(
    task: LeasedTask,
    leaseSeconds: number,
    { error, ...options }: InTransaction & { error?: unknown } = {},
  ): Promise<LeasedTask> {
    requireOwn(task, this.name);
    return renew(task, await modifyTaskLease(this.#executor(options), this.name, task, leaseSeconds, error));
  }

  /**
   * Deletes a task, even while it runs, and tombstones its name. Returns false if there was no such task, or if the
   * task is leased and another worker holds it now.
   *
   * @throws BadTaskStateError if the task was already deleted through this object; UnknownQueueError
   * @example `if (!(await photos.deleteTask(task, { transaction }))) throw new Error('the lease was lost')`
   */
  async deleteTask(task: string | Task, options: InTransaction = {}): Promise<boolean> {
    if (task instanceof Task) requireOwn(task, this.name);
    const deleted = await deleteTask(this.#executor(options), this.name, nameOf(task), leaseTokenOf(task) ?? undefined);
    if (deleted && task instanceof Task) markDeleted(task);
    return deleted;
  }

  /**
   * Deletes up to 1000 tasks, as deleteTask does, and reports for each whether it was deleted.
   *
   * @throws DuplicateTaskNameError, BadTaskStateError before anything is deleted; UnknownQueueError
   */
  async deleteTasks(
    tasks: readonly (string | Task)[],
    options: InTransaction = {},
  ): Promise<{ name: string; deleted: boolean }[]> {
    for (const task of tasks) if (task instanceof Task) requireOwn(task, this.name);
    const names = tasks.map(nameOf);
    const seen = new Set<string>();
    const twice = names.find((name) => seen.size === seen.add(name).size);
    if (twice !== undefined) throw new DuplicateTaskNameError(`the name ${twice} occurs twice in one call`);
    if (names.length === 0) return [];
    const results = await deleteTasks(this.#executor(options), this.name, names, tasks.map(leaseTokenOf));
    const gone = new Set(results.filter(({ deleted }) => deleted).map(({ name }) => name));
    for (const task of tasks) if (task instanceof Task && gone.has(task.name)) markDeleted(task);
    return results;
  }

  /**
   * Waits until a task has ended, and returns how. A queue that keeps no completed tasks (`keepCompleted`) knows only
   * that the task has ended. A name that was never added is `unknown`, without a wait.
   *
   * @throws UnknownQueueError; the reason of an aborted signal
   * @example `const { outcome, error } = await mail.wait('receipt-7', { timeoutSeconds: 30 })`
   */
  async wait(task: string | Task, options: WaitOptions = {}): Promise<TaskOutcome> {
    return waitForOutcome(() => fetchOutcome(this.#own, this.name, nameOf(task)), options);
  }

  /**
   * Lists completed tasks, latest first, of a queue that keeps them.
   *
   * @example `const [sent] = await mail.listCompleted({ tag: 'customer-7', limit: 1 })`
   */
  async listCompleted(filter: CompletedFilter = {}): Promise<CompletedTask[]> {
    return listCompletedTasks(this.#own, this.name, filter);
  }

  /** Dispatches a push task now, whatever its ETA and the queue's state. Returns false if it is already running. */
  async run(task: string | Task): Promise<boolean> {
    return runTask(this.#own, this.name, nameOf(task));
  }

  /**
   * Pauses the queue: no task is started. Tasks can still be added, and running ones finish.
   *
   * @example `await queue.pause({ reason: 'provider is down', until: new Date(Date.now() + 1_800_000) })`
   */
  async pause(options: PauseOptions = {}): Promise<Queue> {
    return pauseQueue(this.#own, this.name, options);
  }

  /** Resumes a paused queue. */
  async resume(): Promise<Queue> {
    return resumeQueue(this.#own, this.name);
  }

  /** Removes all tasks that are in the queue now; returns their number. */
  async purge(): Promise<number> {
    return purgeQueue(this.#own, this.name);
  }

  /**
   * Returns the queue's statistics. Counts are exact up to 10 000 tasks. A missing queue is reported as an empty one.
   *
   * @example `const { tasks, oldestEta } = await queues.queue('mail').fetchStatistics()`
   */
  async fetchStatistics(): Promise<QueueStatistics> {
    return fetchStatistics(this.#own, this.name);
  }

  async #lease(
    request: WaitingLeaseRequest,
    options: InTransaction,
    tag: string | undefined,
    ask: (executor: Executor) => Promise<Lease[]>,
  ): Promise<LeasedTask[]> {
    checkLease(request, options.transaction !== undefined);
    const executor = this.#executor(options);
    const lease = async () => (await ask(executor)).map((each) => new LeasedTask(each));
    return leaseOrWait(lease, this.#waits, this.name, tag, request);
  }

  #executor(options: InTransaction): Executor {
    requireKnownKeys(options, ['transaction'], 'the options of a call');
    return options.transaction ? executorIn(options.transaction, this.#own.prepare) : this.#own;
  }
}

/** Adds a deferred call that is too large for its task. For pgtaskqueue/deferred. */
export function addOverflowing(
  queue: QueueHandle,
  task: NewTask,
  overflow: Overflow,
  options: AddTaskOptions,
): Promise<Task> {
  return internalsOf(queue).enqueuer.add(task, options, overflow) as Promise<Task>;
}

/** The executor of the queue's statements. For pgtaskqueue/deferred. */
export function statementsOf(queue: QueueHandle): Executor {
  return internalsOf(queue).own;
}
