// Queues, as a terminal shows them: what App Engine's console put on its page.

import type { QueueStatus } from '../../domain/queue.ts';
import type { Storage } from '../../store/queue-configs.ts';
import { relative } from './durations.ts';
import { type Colors, type Column, fields, table } from './table.ts';

/** At a terminal. */
export const STATE_COLORS = { running: 'green', paused: 'yellow', disabled: 'red' } as const;

const COLUMNS: Column<QueueStatus>[] = [
  { heading: 'NAME', cell: (queue) => queue.name },
  { heading: 'MODE', cell: (queue) => queue.mode },
  { heading: 'RATE', cell: (queue) => queue.rate, right: true },
  { heading: 'BUCKET', cell: (queue) => queue.bucketSize, right: true },
  { heading: 'CONCURRENT', cell: (queue) => queue.maxConcurrentRequests, right: true },
  { heading: 'TASKS', cell: (queue) => queue.tasks, right: true },
  { heading: 'OLDEST', cell: (queue) => queue.oldestEta && relative(queue.oldestEta), right: true },
  { heading: 'LAST MINUTE', cell: (queue) => queue.executedLastMinute, right: true },
  { heading: 'RUNNING', cell: (queue) => queue.inFlight, right: true },
  { heading: 'STATE', cell: stateText, color: ({ state }) => STATE_COLORS[state] },
];

/** All queues, a line each. */
export function queueTable(queues: readonly QueueStatus[], colors?: Colors): string {
  return table(COLUMNS, queues, colors);
}

/** How much of its room all queues together take. */
export function storageText({ limit, limitBytes, usedBytes, measured }: Storage): string {
  if (usedBytes === null || measured === null) return `The tasks may take ${limit}.`;
  const percent = limitBytes > 0 ? ` (${Math.floor((usedBytes / limitBytes) * 100)} %)` : '';
  return `The tasks take ${size(usedBytes)} of ${limit}${percent}, measured ${relative(measured)}.`;
}

function size(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))}${'BKMGT'[power]}`;
}

/** One queue, a line for each thing there is to say. */
export function describeQueueText(queue: QueueStatus): string {
  return fields([
    ['name', queue.name],
    ['mode', queue.mode],
    ['state', stateText(queue)],
    ['rate', queue.rate],
    ['enforced rate', queue.enforcedRate === null ? null : `${queue.enforcedRate}/s`],
    ['bucket size', queue.bucketSize],
    ['max concurrent requests', queue.maxConcurrentRequests],
    ['target', queue.target],
    ['tasks', queue.tasks],
    ['oldest task', queue.oldestEta && `${queue.oldestEta.toISOString()} (${relative(queue.oldestEta)})`],
    ['executed in the last minute', queue.executedLastMinute],
    ['running now', queue.inFlight],
    ['retry', retryText(queue.retry)],
    ['names stay taken for', `${queue.tombstoneTtlSeconds} s`],
    ['created', queue.created.toISOString()],
  ]);
}

/** Its state, and of a pause the end and the reason. */
export function stateText(queue: QueueStatus): string {
  if (queue.state !== 'paused') return queue.state;
  const until = queue.pausedUntil ? ` until ${queue.pausedUntil.toISOString()}` : '';
  return `paused${until}${queue.pausedReason ? `: ${queue.pausedReason}` : ''}`;
}

function retryText(retry: object): string {
  const set = Object.entries(retry).filter(([, value]) => value !== null && value !== undefined);
  return set.map(([name, value]) => `${name} ${value}`).join(', ');
}
