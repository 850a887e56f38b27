// Tasks, as a terminal shows them.

import type { Explanation } from '../../domain/explanation.ts';
import type { TaskStatus } from '../../domain/task.ts';
import { relative } from './durations.ts';
import { type Colors, type Column, fields, table } from './table.ts';
import { printable } from './text.ts';

/** At a terminal: what runs, and what has failed. */
const STATE_COLORS = {
  scheduled: undefined,
  due: undefined,
  dispatched: 'green',
  leased: 'green',
  retrying: 'yellow',
} as const;

const COLUMNS: Column<TaskStatus>[] = [
  { heading: 'NAME', cell: (task) => task.name },
  { heading: 'STATE', cell: (task) => task.state, color: ({ state }) => STATE_COLORS[state] },
  { heading: 'ETA', cell: (task) => relative(task.eta), right: true },
  { heading: 'METHOD', cell: (task) => task.method },
  { heading: 'URL', cell: (task) => task.url },
  { heading: 'TAG', cell: (task) => task.tag },
  { heading: 'LAST', cell: (task) => task.lastStatus, right: true },
  { heading: 'RETRIES', cell: (task) => task.retryCount, right: true },
  { heading: 'SIZE', cell: (task) => task.size, right: true },
];

/** The tasks of a queue, a line each. */
export function taskTable(tasks: readonly TaskStatus[], colors?: Colors): string {
  return table(
    COLUMNS.filter((column) => tasks.some((task) => (column.cell(task) ?? '') !== '')),
    tasks,
    colors,
  );
}

/** One task, a line for each thing there is to say. */
export function describeTaskText(task: TaskStatus): string {
  return fields([
    ['queue', task.queue],
    ['name', task.name],
    ['state', task.state],
    ['eta', `${task.eta.toISOString()} (${relative(task.eta)})`],
    ['created', task.created.toISOString()],
    ['method', task.method],
    ['url', task.url],
    ['target', task.target],
    ['tag', task.tag],
    ['namespace', task.namespace],
    ['retries', task.retryCount],
    ['leased until', task.leaseUntil?.toISOString()],
    ['last status', task.lastStatus],
    ['size', `${task.size} bytes`],
  ]);
}

/** Why a task has not run: a sentence a reason, the decisive one first, and below it what would change it. */
export function explanationText(reasons: readonly Explanation[]): string {
  return reasons
    .flatMap(({ detail, remedy }) => [detail, ...(remedy ? [`  ${remedy}`] : [])])
    .map((line) => printable(line))
    .join('\n');
}
