// Queues, as a terminal shows them.

import type { QueueCondition, QueueStatus } from '../../domain/queue.ts';
import type { RetryParameters } from '../../domain/retry.ts';
import type { Storage } from '../../store/queue-configs.ts';
import { formatDuration, formatRate, formatTime, relative } from './durations.ts';
import { type Column, fields } from './table.ts';

/** The colour of each condition at a terminal. */
const CONDITION_COLORS: Record<QueueCondition, 'green' | 'yellow' | 'red'> = {
  running: 'green',
  lowered: 'yellow',
  'backing off': 'yellow',
  paused: 'yellow',
  failing: 'red',
  'no target': 'red',
  'no dispatcher': 'red',
  disabled: 'red',
};

/** The condition of a queue, of a pause its end and its reason; coloured. */
export const STATE_COLUMN: Column<QueueStatus> = {
  heading: 'STATE',
  cell: (queue) => conditionText(queue),
  color: ({ condition }) => CONDITION_COLORS[condition],
  least: 8,
};

/** The columns of App Engine's console, and the mode. */
export const QUEUE_COLUMNS: Column<QueueStatus>[] = [
  { heading: 'NAME', cell: (queue) => queue.name, isName: true },
  { heading: 'MODE', cell: (queue) => queue.mode, drop: 3 },
  { heading: 'RATE', cell: (queue) => queue.rate, right: true, drop: 1 },
  { heading: 'BUCKET', cell: (queue) => queue.bucketSize, right: true, drop: 5 },
  { heading: 'CONCURRENT', cell: (queue) => queue.maxConcurrentRequests, right: true, drop: 6 },
  { heading: 'TASKS', cell: (queue) => queue.tasks, right: true },
  { heading: 'OLDEST', cell: (queue) => queue.oldestEta && relative(queue.oldestEta), right: true },
  { heading: 'OK/MIN', cell: (queue) => queue.succeededLastMinute, right: true, drop: 4 },
  { heading: 'FAILED/MIN', cell: (queue) => queue.failedLastMinute, right: true },
  { heading: 'DEAD/MIN', cell: (queue) => queue.deadLastMinute, right: true },
  { heading: 'RUNNING', cell: (queue) => queue.inFlight, right: true, drop: 2 },
  STATE_COLUMN,
];

/** How much of the storage limit is used. */
export function storageText({ limit, limitBytes, usedBytes, measured }: Storage): string {
  if (usedBytes === null || measured === null) return `Storage limit: ${limit}, not measured yet.`;
  const percent = limitBytes > 0 ? ` (${Math.floor((usedBytes / limitBytes) * 100)} %)` : '';
  return `Storage: ${size(usedBytes)} of ${limit}${percent}, measured ${relative(measured)}.`;
}

function size(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))}${'BKMGT'[power]}`;
}

/** One queue, a line for each property. */
export function describeQueueText(queue: QueueStatus): string {
  return fields([
    ['name', queue.name],
    ['mode', queue.mode],
    ['state', conditionText(queue)],
    ['rate', queue.rate],
    ['enforced rate', queue.enforcedRate === null ? null : formatRate(queue.enforcedRate)],
    ['bucket size', queue.bucketSize],
    ['max concurrent requests', queue.maxConcurrentRequests],
    ['target', queue.target],
    ['tasks', queue.tasks],
    ['oldest task', queue.oldestEta && `${formatTime(queue.oldestEta)} (${relative(queue.oldestEta)})`],
    ['due', upTo100(queue.due)],
    ['oldest due', queue.oldestDue && `${formatTime(queue.oldestDue)} (${relative(queue.oldestDue)})`],
    ['scheduled', upTo100(queue.scheduled)],
    ['executed in the last minute', queue.executedLastMinute],
    ['succeeded in the last minute', queue.succeededLastMinute],
    ['failed in the last minute', queue.failedLastMinute],
    ['dead in the last minute', queue.deadLastMinute],
    ['running now', queue.inFlight],
    ['retry', retryText(queue.retry)],
    ['acl', queue.acl?.flatMap((entry) => Object.entries(entry).map((pair) => pair.join(' '))).join(', ')],
    ['names reusable after', formatDuration(queue.tombstoneTtlSeconds)],
    ['dead tasks kept for', formatDuration(queue.deadRetentionSeconds)],
    ['attempts kept for', formatDuration(queue.attemptRetentionSeconds)],
    ['completed tasks kept', keptText(queue)],
    ['notices of dead tasks', queue.onDead && [queue.onDead.queue, queue.onDead.url].filter(Boolean).join(' ')],
    ['created', formatTime(queue.created)],
  ]);
}

function keptText({ keepCompleted, completedRetentionSeconds }: QueueStatus): string {
  return keepCompleted === 'none' ? 'none' : `${keepCompleted}, for ${formatDuration(completedRetentionSeconds)}`;
}

const upTo100 = (count: number) => (count < 100 ? count : '100 or more');

/**
 * The condition of a queue, and of a pause what is left of it and its reason.
 *
 * @param now milliseconds since the epoch
 */
export function conditionText(queue: QueueStatus, now: number = Date.now()): string {
  if (queue.condition !== 'paused') return queue.condition;
  const left = queue.pausedUntil ? ` (${timeLeft((queue.pausedUntil.getTime() - now) / 1000)} left)` : '';
  return `paused${left}${queue.pausedReason ? `: ${queue.pausedReason}` : ''}`;
}

/** Minutes in words, because that is how pauses are spoken of; other durations in their two largest units. */
function timeLeft(seconds: number): string {
  if (seconds < 60 || seconds >= 7200) return formatDuration(Math.max(0, Math.ceil(seconds)), 2);
  return `${Math.ceil(seconds / 60)} min`;
}

/** How each parameter is shown, under the name it has in queue.yaml. */
const RETRY: { [Name in keyof RetryParameters]-?: (value: number) => string } = {
  taskRetryLimit: (limit) => `task_retry_limit ${limit}`,
  taskAgeLimit: (seconds) => `task_age_limit ${formatDuration(seconds)}`,
  minBackoffSeconds: (seconds) => `min_backoff ${formatDuration(seconds)}`,
  maxBackoffSeconds: (seconds) => `max_backoff ${formatDuration(seconds)}`,
  maxDoublings: (count) => `max_doublings ${count}`,
};

/** Retry parameters on one line. */
export function retryText(retry: RetryParameters): string {
  const shown = Object.entries(RETRY).flatMap(([name, show]) => {
    const value = retry[name as keyof RetryParameters];
    return value === undefined || value === null ? [] : [show(value)];
  });
  return shown.join(', ');
}
