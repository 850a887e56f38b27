// The options of a pull worker.

import type { Database } from '../client/database.ts';
import type { InTransaction } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import { InvalidQueueNameError } from '../domain/errors.ts';
import { keysOf } from '../domain/known-keys.ts';
import { MAX_LEASE_SECONDS, MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { requireText } from '../domain/text.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  requireCount,
  requireFunction,
  requireHooks,
  requireOptions,
  requireSeconds,
} from '../runtime/option-checks.ts';
import type { TelemetryOptions } from '../runtime/telemetry.ts';

/** The second argument of a handler. */
export interface LeasedTaskContext {
  /** Aborts when the lease is lost, the deadline passes or the worker stops: stop working on the task then. */
  readonly signal: AbortSignal;
  /**
   * Finishes the task as part of an open transaction: it commits with the handler's own writes, or not at all. The
   * worker then no longer finishes the task itself.
   *
   * @throws TaskLeaseExpiredError if the lease is lost: roll back
   */
  finish(options: InTransaction): Promise<void>;
}

/** The second argument of a batch handler. */
export interface BatchContext {
  /** Aborts when all leases of the batch are lost, the deadline passes or the worker stops. */
  readonly signal: AbortSignal;
  /** Fails one task of the batch; the others continue. */
  fail(task: LeasedTask, error: unknown): void;
  /** Finishes all tasks that have not failed as part of an open transaction, as in LeasedTaskContext. */
  finish(options: InTransaction): Promise<void>;
}

/**
 * Seconds until a failed task may be leased again: doubling from minSeconds to maxSeconds, with jitter; or the result
 * of a function, where undefined means never: the task goes to the dead tasks.
 */
export type Backoff =
  | { minSeconds?: number; maxSeconds?: number }
  | ((task: LeasedTask, error: unknown) => number | undefined);

/** The outcome of a handled task. */
export interface LeasedTaskResult {
  /** completed: it was deleted. retry: it can be leased again after `retrySeconds`. dead: it failed and was dropped. */
  readonly result: 'completed' | 'retry' | 'dead';
  /** How long the handler took. */
  readonly seconds: number;
  /** What the handler threw; undefined: it succeeded. */
  readonly error?: unknown;
  readonly retrySeconds?: number | undefined;
}

/**
 * Called by a worker on what happens to its tasks, between two of them: they should be quick. Nothing waits for a
 * promise that they return; what they throw is logged and changes nothing.
 *
 * @example new PullWorker({ database, queue, handler, hooks: { dead: ({ name }, error) => page(name, error) } })
 */
export interface WorkerHooks {
  /** A task was leased. */
  claimed?(task: LeasedTask): void;
  /** Its handler is about to be called. */
  sent?(task: LeasedTask): void;
  /** Its outcome, whichever, was recorded. The hooks `failed` and `dead` are called after this one. */
  settled?(task: LeasedTask, result: LeasedTaskResult): void;
  /** The handler failed. The task can be leased again after `retrySeconds`; undefined: never, it is dead. */
  failed?(task: LeasedTask, error: unknown, retrySeconds: number | undefined): void;
  /** The handler failed, and `backoff` had the task dropped. */
  dead?(task: LeasedTask, error: unknown): void;
  /** Another worker has the task by now, or it was deleted. */
  lost?(task: LeasedTask): void;
  /** A database call failed; the worker retries. */
  trouble?(error: unknown): void;
}

/** The options of PullWorker, beside its handler. */
export interface PullWorkerCommonOptions {
  /** A pg.Pool, a Kysely instance or a connection string. */
  database: Database;
  /** Name of a pull queue. */
  queue: string;
  /** Seconds that a task is leased for: more than 0, up to 604800, default 60. Leases are renewed during the work. */
  leaseSeconds?: number;
  /** Most concurrent handler calls: 1 or more, default 10. */
  concurrency?: number;
  /**
   * Most tasks per batch handler call and per lease call; for a handler, a lease call takes as many tasks as there are
   * free handler calls if those are more. While handlers are fast, tasks are leased ahead, up to a quarter of a
   * second's work. 1 … 1000. Default: `concurrency`, or 100 for a batch handler.
   */
  batchSize?: number;
  /** Leases only tasks with this tag; true: tag by tag, starting with that of the oldest task. */
  tag?: string | true;
  /** Seconds after which a handler call counts as failed. Default: no limit. */
  deadlineSeconds?: number;
  /** Default: 1 s, doubling up to 600 s. */
  backoff?: Backoff;
  /** Longest pause in seconds between two lease calls while the queue is empty: more than 0, default 60. */
  waitSeconds?: number;
  /** As in TaskQueuesOptions. */
  preparedStatements?: boolean;
  /** As in TaskQueuesOptions. */
  waitingConnection?: string | false;
  hooks?: WorkerHooks;
  /** As in TaskQueuesOptions: traces handler calls. */
  telemetry?: TelemetryOptions;
  /**
   * The console, or a logger of winston or pino. Default: warnings and errors on standard error, pretty at a terminal
   * and as JSON lines elsewhere.
   */
  logger?: Logger;
  /** For tests: the clock by which leases are renewed and handler calls time out, such as that of `testClock`. */
  clock?: Clock;
}

/** Exactly one of the handlers is required. If it throws, the task fails. */
export type PullWorkerOptions = PullWorkerCommonOptions &
  (
    | { handler: (task: LeasedTask, context: LeasedTaskContext) => unknown; batchHandler?: never }
    | { batchHandler: (tasks: readonly LeasedTask[], context: BatchContext) => unknown; handler?: never }
  );

export interface StopWorkerOptions {
  /** How many seconds a stop waits for handler calls under way. Default 25. */
  deadlineSeconds?: number;
}

/** Told how each attempt ended; stale: its lease was lost. */
export type ObserveAttempt = (
  task: LeasedTask,
  outcome: 'completed' | 'failed' | 'dead' | 'stale',
  error?: unknown,
) => void;

/** The options with their defaults filled in. */
export interface WorkerSettings
  extends Required<Pick<PullWorkerCommonOptions, 'queue' | 'leaseSeconds' | 'concurrency' | 'batchSize'>> {
  /** Tasks per full handler call: 1, or `batchSize` for a batch handler. */
  tasksACall: number;
  tag: string | true | undefined;
  deadlineMs: number | undefined;
  backoff: Backoff;
  waitSeconds: number;
  hooks: WorkerHooks;
  logger: Logger;
  clock: Clock;
  /** For pgtaskqueue/testing. */
  observe?: ObserveAttempt;
}

const KEYS = keysOf<keyof PullWorkerCommonOptions | 'handler' | 'batchHandler'>({
  ...{ database: 1, queue: 1, handler: 1, batchHandler: 1, leaseSeconds: 1, concurrency: 1, batchSize: 1, tag: 1 },
  ...{ deadlineSeconds: 1, backoff: 1, waitSeconds: 1, preparedStatements: 1, waitingConnection: 1, hooks: 1 },
  ...{ telemetry: 1, logger: 1, clock: 1 },
});

const HOOKS = keysOf<keyof WorkerHooks>({ claimed: 1, sent: 1, settled: 1, failed: 1, dead: 1, lost: 1, trouble: 1 });

/**
 * Checks the options and fills in defaults.
 *
 * @throws TypeError for an unknown or missing option, RangeError for a number out of range
 */
export function readOptions(options: PullWorkerOptions): WorkerSettings {
  requireOptions(options, KEYS, 'the options of PullWorker');
  if ((options.handler === undefined) === (options.batchHandler === undefined)) {
    throw new TypeError('a PullWorker needs either a handler or a batchHandler');
  }
  requireFunction(options.handler ? 'handler' : 'batchHandler', options.handler ?? options.batchHandler);
  const { queue, leaseSeconds = 60, concurrency = 10, deadlineSeconds, waitSeconds = 60 } = options;
  const batchSize = options.batchSize ?? (options.batchHandler ? 100 : Math.min(concurrency, MAX_TASKS_PER_LEASE));
  requireText(queue, 'queue', InvalidQueueNameError);
  requireSeconds('leaseSeconds', leaseSeconds, MAX_LEASE_SECONDS);
  requireCount('concurrency', concurrency);
  requireCount('batchSize', batchSize, MAX_TASKS_PER_LEASE);
  requireSeconds('waitSeconds', waitSeconds, MAX_LEASE_SECONDS);
  if (deadlineSeconds !== undefined) requireSeconds('deadlineSeconds', deadlineSeconds, MAX_LEASE_SECONDS);
  if (options.hooks !== undefined) requireHooks(options.hooks, HOOKS);
  if (options.backoff !== undefined) requireBackoff(options.backoff);
  return {
    ...{ queue, leaseSeconds, concurrency, batchSize, waitSeconds },
    tasksACall: options.batchHandler ? batchSize : 1,
    tag: options.tag || undefined,
    deadlineMs: deadlineSeconds === undefined ? undefined : deadlineSeconds * 1000,
    backoff: options.backoff ?? {},
    hooks: options.hooks ?? {},
    logger: givenLogger(options.logger),
    clock: options.clock ?? systemClock,
  };
}

function requireBackoff(backoff: Backoff): void {
  if (typeof backoff === 'function') return;
  requireOptions(backoff, ['minSeconds', 'maxSeconds'], 'backoff');
  for (const [name, seconds] of Object.entries(backoff))
    if (seconds !== undefined) requireSeconds(`backoff.${name}`, seconds, MAX_LEASE_SECONDS);
}
