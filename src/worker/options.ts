// What a pull worker can be told.

import type { Database } from '../client/database.ts';
import type { InTransaction } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import { MAX_LEASE_SECONDS, MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';

/** What a handler is given beside its task. */
export interface LeasedTaskContext {
  /** Aborts when the lease is lost, when the deadline has passed, and when the worker stops for good: stop working on the task. */
  readonly signal: AbortSignal;
  /**
   * Finishes the task as part of an open transaction: with the handler's own writes, or not at all. The worker does not finish it then.
   *
   * @throws TaskLeaseExpiredError when the lease is lost: roll back
   */
  finish(options: InTransaction): Promise<void>;
}

/** What a batch handler is given beside its tasks. */
export interface BatchContext {
  /** Aborts when all leases of the batch are lost, when the deadline has passed, and when the worker stops for good. */
  readonly signal: AbortSignal;
  /** Lets one task of the batch fail; the others go on. */
  fail(task: LeasedTask, error: unknown): void;
  /** Finishes all tasks that have not failed as part of an open transaction. As in LeasedTaskContext. */
  finish(options: InTransaction): Promise<void>;
}

/** Seconds until a failed task may be leased again: doubling from one to the other, with jitter; or what a function says, undefined: never. */
export type Backoff =
  | { minSeconds?: number; maxSeconds?: number }
  | ((task: LeasedTask, error: unknown) => number | undefined);

/** Called as things happen, for metrics. What they throw is logged. */
export interface WorkerHooks {
  leased?(tasks: readonly LeasedTask[]): void;
  /** Handled, and gone from the queue. `ms`: how long the handler took. */
  done?(task: LeasedTask, ms: number): void;
  /** It can be leased again after so many seconds; undefined: it was dropped. */
  failed?(task: LeasedTask, error: unknown, retrySeconds: number | undefined): void;
  /** Someone else has it by now, or it was deleted. */
  lost?(task: LeasedTask): void;
  /** The database could not be reached or refused; the worker tries again. */
  trouble?(error: unknown): void;
}

interface CommonOptions {
  /** A pg.Pool, a Kysely instance or a connection string. */
  database: Database;
  /** Name of a pull queue. */
  queue: string;
  /** How long a task is leased, in seconds: more than 0, up to 604800, default 60. Leases are renewed while tasks are worked on. */
  leaseSeconds?: number;
  /** Handler calls at once: 1 or more, default 10. */
  concurrency?: number;
  /**
   * Most tasks that a batch handler gets, and that one lease call takes; for a handler a lease call takes as many as there are calls free, if those are
   * more. While handlers are quick, tasks are leased ahead, up to a quarter of a second's work. 1 … 1000. Default: `concurrency`, or 100 for a batch handler.
   */
  batchSize?: number;
  /** Only tasks of this tag; true: tag after tag, the oldest task's first. */
  tag?: string | true;
  /** How long a handler call may take, in seconds, until it counts as failed. Default: as long as it likes. */
  deadlineSeconds?: number;
  /** Default: 1 s, doubling up to 600 s. */
  backoff?: Backoff;
  /** Longest pause in seconds between two lease calls while nothing comes: more than 0, default 60. */
  waitSeconds?: number;
  /** As in TaskQueuesOptions. */
  preparedStatements?: boolean;
  /** As in TaskQueuesOptions. */
  waitingConnection?: string | false;
  hooks?: WorkerHooks;
  /** Default: silent. */
  logger?: Logger;
}

/** One of the handlers is needed. What it throws lets the task fail. */
export type PullWorkerOptions = CommonOptions &
  (
    | { handler: (task: LeasedTask, context: LeasedTaskContext) => unknown; batchHandler?: never }
    | { batchHandler: (tasks: readonly LeasedTask[], context: BatchContext) => unknown; handler?: never }
  );

export interface StopWorkerOptions {
  /** How long handler calls under way may still take, in seconds. Default 25. */
  deadlineSeconds?: number;
}

/** Options with their defaults. */
export interface WorkerSettings
  extends Required<Pick<CommonOptions, 'queue' | 'leaseSeconds' | 'concurrency' | 'batchSize'>> {
  /** Tasks of a full handler call: 1, or `batchSize` for a batch handler. */
  tasksACall: number;
  tag: string | true | undefined;
  deadlineMs: number | undefined;
  backoff: Backoff;
  waitSeconds: number;
  hooks: WorkerHooks;
  logger: Logger;
}

const KEYS = [
  ...[
    'database',
    'queue',
    'handler',
    'batchHandler',
    'leaseSeconds',
    'concurrency',
    'batchSize',
    'tag',
    'deadlineSeconds',
  ],
  ...['backoff', 'waitSeconds', 'preparedStatements', 'waitingConnection', 'hooks', 'logger'],
];

/**
 * Checks options and fills in what was left out.
 *
 * @throws TypeError for what is misspelt or missing, RangeError for numbers out of range
 */
export function readOptions(options: PullWorkerOptions): WorkerSettings {
  requireKnownKeys(options, KEYS, 'the options of PullWorker');
  if ((options.handler === undefined) === (options.batchHandler === undefined)) {
    throw new TypeError('a PullWorker needs either a handler or a batchHandler');
  }
  const { queue, leaseSeconds = 60, concurrency = 10, deadlineSeconds, waitSeconds = 60 } = options;
  const batchSize = options.batchSize ?? (options.batchHandler ? 100 : Math.min(concurrency, MAX_TASKS_PER_LEASE));
  requireWithin('leaseSeconds', leaseSeconds, Number.MIN_VALUE, MAX_LEASE_SECONDS);
  requireWithin('concurrency', concurrency, 1, Number.MAX_SAFE_INTEGER, true);
  requireWithin('batchSize', batchSize, 1, MAX_TASKS_PER_LEASE, true);
  requireWithin('waitSeconds', waitSeconds, Number.MIN_VALUE, MAX_LEASE_SECONDS);
  if (deadlineSeconds !== undefined)
    requireWithin('deadlineSeconds', deadlineSeconds, Number.MIN_VALUE, MAX_LEASE_SECONDS);
  return {
    ...{ queue, leaseSeconds, concurrency, batchSize, waitSeconds },
    tasksACall: options.batchHandler ? batchSize : 1,
    tag: options.tag || undefined,
    deadlineMs: deadlineSeconds === undefined ? undefined : deadlineSeconds * 1000,
    backoff: options.backoff ?? {},
    hooks: options.hooks ?? {},
    logger: options.logger ?? silentLogger,
  };
}

function requireWithin(name: string, value: number, least: number, most: number, whole = false): void {
  if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) return;
  throw new RangeError(`${name} can't be ${value}`);
}
