// Tasks, as a terminal shows them.

import type { Explanation } from '../../domain/explanation.ts';
import type { RetryParameters } from '../../domain/retry.ts';
import type { Attempt, DeadTask, TaskDetails, TaskStatus } from '../../domain/task.ts';
import { formatDuration, formatTime, relative } from './durations.ts';
import { bytesAsText } from './payload.ts';
import { retryText } from './queue-text.ts';
import { type Column, fields } from './table.ts';
import { printable } from './text.ts';

/** Green: it runs. Yellow: it has failed. */
const STATE_COLORS = {
  scheduled: undefined,
  due: undefined,
  dispatched: 'green',
  leased: 'green',
  retrying: 'yellow',
} as const;

const COLUMNS: Column<TaskStatus>[] = [
  { heading: 'NAME', cell: (task) => task.name, isName: true },
  { heading: 'STATE', cell: (task) => task.state, color: ({ state }) => STATE_COLORS[state] },
  { heading: 'ETA', cell: (task) => relative(task.eta), right: true },
  { heading: 'METHOD', cell: (task) => task.method, drop: 3 },
  { heading: 'URL', cell: (task) => task.url, least: 12 },
  { heading: 'TAG', cell: (task) => task.tag, least: 8 },
  { heading: 'LAST', cell: (task) => task.lastStatus, right: true, drop: 1 },
  { heading: 'RETRIES', cell: (task) => task.retryCount, right: true, drop: 2 },
  { heading: 'SIZE', cell: (task) => task.size, right: true, drop: 4 },
];

/** The columns of tasks, without those that are empty for all of these. */
export function taskColumns(tasks: readonly TaskStatus[]): Column<TaskStatus>[] {
  return COLUMNS.filter((column) => tasks.some((task) => (column.cell(task) ?? '') !== ''));
}

/** A live or dead task with all its details except the body. */
export type Shown = (TaskStatus | (DeadTask & { state: 'dead' })) & Partial<TaskDetails> & { attempts: Attempt[] };

/** One task, a line for each property. */
export function describeTaskText(task: Shown, body?: Uint8Array | null): string {
  const { retryOptions, ownRetryOptions, dispatchDeadline } = task;
  return fields([
    ['queue', task.queue],
    ['name', task.name],
    ['state', task.state],
    ...(task.state === 'dead' ? death(task) : life(task)),
    ['created', moment(task.created)],
    ['first attempt', task.firstAttempt && moment(task.firstAttempt)],
    ['method', task.method],
    ['url', task.url],
    ['target', task.target],
    ['tag', task.tag],
    ['namespace', task.namespace],
    ['headers', headersText(task.headers)],
    ['dispatch deadline', dispatchDeadline && formatDuration(dispatchDeadline)],
    ['retry options', retryOptions && retryLine(retryOptions, ownRetryOptions)],
    ['retries', task.retryCount],
    ['last status', task.lastStatus],
    ['attempts', task.attempts.map(attemptLine).join('\n')],
    ['size', `${task.size} bytes`],
    ['payload', body === undefined ? undefined : bodyText(body)],
  ]);
}

/** Why a task has not run: a sentence for each reason, the decisive one first, followed by what would change it. */
export function explanationText(reasons: readonly Explanation[]): string {
  return reasons
    .flatMap(({ detail, remedy }) => [detail, ...(remedy ? [`  ${remedy}`] : [])])
    .map((line) => printable(line))
    .join('\n');
}

type Line = readonly [name: string, value: unknown];

function life({ eta, leaseUntil }: TaskStatus): Line[] {
  return [
    ['eta', moment(eta)],
    ['leased until', leaseUntil && moment(leaseUntil)],
  ];
}

function death({ died, reason, error, response, expires }: DeadTask): Line[] {
  return [
    ['died', moment(died)],
    ['reason', reason],
    ['answer', error ?? response],
    ['expires', moment(expires)],
  ];
}

const moment = (at: Date) => `${formatTime(at)} (${relative(at)})`;

function headersText(headers: TaskDetails['headers'] | undefined): string {
  return Object.entries(headers ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

const retryLine = (retry: RetryParameters, own = false) => `${retryText(retry)} (${own ? 'its own' : 'the queue’s'})`;

function attemptLine({ attempt, ended, seconds, status, reason, error, response }: Attempt): string {
  const took = formatDuration(seconds, 2);
  const answer = (error ?? response ?? '').trim().split('\n', 1)[0];
  const outcome = [status || 'no answer', reason ?? 'success'].join(' ');
  return `${attempt}: ${outcome}, ${relative(ended)}, took ${took}${answer ? `: ${printable(answer)}` : ''}`;
}

function bodyText(body: Uint8Array | null): string {
  if (body === null || body.length === 0) return '(none)';
  return bytesAsText(body) ?? `base64 ${Buffer.from(body).toString('base64')}`;
}
