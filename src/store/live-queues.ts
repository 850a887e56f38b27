// How all queues are now, by the newest notes, and what the console counts beside them.

import type { QueueCondition, QueueMode, QueueState } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import type { LiveQueueRow } from '../schema/live-rows.ts';
import type { BigintValue, Selected } from '../schema/rows.ts';
import { readCount, readDate, readDateOrNull, readNumberOrNull } from './values.ts';

/** Numbers of attempts; of a pull queue, leases given stand for executed and started. */
export interface Attempts {
  executed: number;
  started: number;
  succeeded: number;
  failed: number;
}

/** A queue as its notes show it. */
export interface LiveQueue {
  queue: string;
  mode: QueueMode;
  /** As configured, such as `5/s`; null for pull, as are the three after it. */
  rate: string | null;
  ratePerSecond: number | null;
  bucketSize: number | null;
  maxConcurrentRequests: number | null;
  target: string | null;
  state: QueueState;
  /** When it was paused or disabled; null: it runs. */
  since: Date | null;
  pausedReason: string | null;
  pausedUntil: Date | null;
  /** The actor in the audit; null: not recorded. */
  pausedBy: string | null;
  condition: QueueCondition;
  /** Tasks per second; null for pull. */
  enforcedRate: number | null;
  /** When tokens and inFlight were noted; null: nothing was in the last hour. */
  noted: Date | null;
  tokens: number;
  inFlight: number;
  lastMinute: Attempts & { throttled: number; serverError: number; noAnswer: number; dead: number };
  lastTenSeconds: Attempts;
  /** Null: none was taken in the last minute. */
  sample: QueueDepth | null;
}

/** How many tasks wait in a queue, at a moment. */
export interface QueueDepth {
  at: Date;
  /** Not yet completed; exact up to 100, an estimate above. */
  tasks: number;
  /** Waiting although due, up to 100. */
  due: number;
  /** For later, up to 100. */
  scheduled: number;
  oldestDue: Date | null;
}

/** What the view queues knows in addition: it counts tasks. */
export interface CountedQueue extends QueueDepth {
  queue: string;
  oldestEta: Date | null;
  inFlight: number;
  condition: QueueCondition;
}

export interface DeletedQueue {
  queue: string;
  deleted: Date;
  /** When a queue can have its name again. */
  free: Date;
}

/** Exact up to 1000, estimates above. */
export interface ConsoleCounts {
  dead: number;
  tombstones: number;
  crons: number;
  dispatchers: number;
  targets: number;
}

/** Fetches all queues by their newest notes. It reads no tasks. */
export async function fetchLiveQueues(executor: Executor): Promise<LiveQueue[]> {
  return (await run(executor, call('live_queues', {}))).map(readLiveQueue);
}

function readLiveQueue(row: Selected<LiveQueueRow>): LiveQueue {
  return {
    ...{ queue: row.queue, mode: row.mode, rate: row.rate, target: row.target, state: row.state },
    ratePerSecond: readNumberOrNull(row.rate_per_second),
    bucketSize: row.bucket_size,
    maxConcurrentRequests: row.max_concurrent_requests,
    since: readDateOrNull(row.since),
    pausedReason: row.paused_reason,
    pausedUntil: readDateOrNull(row.paused_until),
    pausedBy: row.paused_by,
    condition: row.condition,
    enforcedRate: readNumberOrNull(row.enforced_rate),
    noted: readDateOrNull(row.noted),
    tokens: row.tokens,
    inFlight: row.in_flight,
    lastMinute: {
      ...attempts(row.executed, row.started, row.succeeded, row.failed),
      throttled: readCount(row.throttled),
      serverError: readCount(row.server_error),
      noAnswer: readCount(row.no_answer),
      dead: readCount(row.dead),
    },
    lastTenSeconds: attempts(row.executed_recently, row.started_recently, row.succeeded_recently, row.failed_recently),
    sample: readSample(row),
  };
}

function attempts(executed: BigintValue, started: BigintValue, succeeded: BigintValue, failed: BigintValue): Attempts {
  return {
    executed: readCount(executed),
    started: readCount(started),
    succeeded: readCount(succeeded),
    failed: readCount(failed),
  };
}

function readSample({ sampled, tasks, due, scheduled, oldest_due }: Selected<LiveQueueRow>): QueueDepth | null {
  if (sampled === null) return null;
  const waiting = { due: due ?? 0, scheduled: scheduled ?? 0 };
  return {
    ...{ at: readDate(sampled), ...waiting, oldestDue: readDateOrNull(oldest_due) },
    tasks: readCount(tasks ?? waiting.due + waiting.scheduled),
  };
}

/** Counts the tasks of all queues, or of one: a short scan of each. */
export async function countQueues(executor: Executor, queue?: string): Promise<CountedQueue[]> {
  const rows = await run(executor, counted(queue));
  const at = new Date();
  return rows.map((row) => ({
    ...{ queue: row.queue, condition: row.condition, at },
    tasks: readCount(row.tasks),
    due: readCount(row.due),
    scheduled: readCount(row.scheduled),
    inFlight: readCount(row.in_flight),
    oldestDue: moment(row.oldest_due_ms),
    oldestEta: moment(row.oldest_eta_ms),
  }));
}

const moment = (ms: number | null) => (ms === null ? null : new Date(ms));

interface CountedRow {
  queue: string;
  condition: QueueCondition;
  tasks: BigintValue;
  due: BigintValue;
  scheduled: BigintValue;
  in_flight: BigintValue;
  oldest_due_ms: number | null;
  oldest_eta_ms: number | null;
}

function counted(queue: string | undefined) {
  const ms = (column: string) =>
    `(extract(epoch from q.${column}) operator(pg_catalog.*) 1000)::pg_catalog.float8 as ${column}_ms`;
  return statement<CountedRow>(
    `select q.name as queue, q.condition, q.tasks, q.due, q.scheduled, q.in_flight, ${ms('oldest_due')}, ${ms('oldest_eta')}
     from taskqueue.queues as q${queue === undefined ? '' : ' where q.name operator(pg_catalog.=) $1'}`,
    queue === undefined ? [] : [queue],
  );
}

/** Lists the queues deleted in the last seven days, latest first. */
export async function listDeletedQueues(executor: Executor): Promise<DeletedQueue[]> {
  const rows = await run(executor, call('deleted_queues', {}));
  return rows.map(({ queue, deleted, free }) => ({ queue, deleted: readDate(deleted), free: readDate(free) }));
}

export async function fetchConsoleCounts(executor: Executor): Promise<ConsoleCounts> {
  const row = await runOne(executor, call('console_counts', {}));
  return {
    dead: readCount(row.dead),
    tombstones: readCount(row.tombstones),
    crons: readCount(row.crons),
    dispatchers: readCount(row.dispatchers),
    targets: readCount(row.targets),
  };
}

/** A moment of a queue's past. */
export interface PastDepth {
  at: Date;
  tasks: number;
}

/** How many tasks queues had over the last hour, at up to thirty moments each, the earliest first. */
export async function fetchDepthHistory(
  executor: Executor,
  queues: readonly string[],
): Promise<ReadonlyMap<string, readonly PastDepth[]>> {
  const past = new Map<string, PastDepth[]>();
  for (const { queue, at, tasks } of await run(executor, call('depth_history', { queues }))) {
    const depths = past.get(queue) ?? [];
    past.set(queue, depths);
    depths.push({ at: readDate(at), tasks: readCount(tasks) });
  }
  return past;
}
