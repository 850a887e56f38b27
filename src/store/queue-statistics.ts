// Queue statistics.

import type { QueueFigures, QueueStatistics } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { QueueFiguresRow } from '../schema/figures.ts';
import type { FunctionRows, Selected } from '../schema/rows.ts';
import { readCount, readDateOrNull, readNumberOrNull } from './values.ts';

/** Fetches the statistics of a queue. A missing queue is reported as an empty one. */
export async function fetchStatistics(executor: Executor, queue: string): Promise<QueueStatistics> {
  return readStatistics(await runOne(executor, call('queue_statistics', { queue })));
}

/** Fetches the statistics of all queues, by their names. */
export async function allStatistics(executor: Executor): Promise<ReadonlyMap<string, QueueStatistics>> {
  const rows = await run(executor, call('queue_statistics', { queue: null }));
  return new Map(rows.map((row) => [row.queue, readStatistics(row)]));
}

function readStatistics(row: Selected<FunctionRows['queue_statistics']>): QueueStatistics {
  return {
    queue: row.queue,
    tasks: readCount(row.tasks),
    oldestEta: readDateOrNull(row.oldest_eta),
    executedLastMinute: readCount(row.executed_last_minute),
    executedLastHour: readCount(row.executed_last_hour),
    inFlight: row.in_flight === null ? null : readCount(row.in_flight),
    enforcedRate: readNumberOrNull(row.enforced_rate),
    condition: row.condition,
    ...readFigures(row),
  };
}

/** Reads the columns that statistics and the view queues have in common. */
export function readFigures(row: Selected<QueueFiguresRow>): QueueFigures {
  return {
    succeededLastMinute: readCount(row.succeeded_last_minute),
    failedLastMinute: readCount(row.failed_last_minute),
    deadLastMinute: readCount(row.dead_last_minute),
    due: readCount(row.due),
    scheduled: readCount(row.scheduled),
    oldestDue: readDateOrNull(row.oldest_due),
  };
}
