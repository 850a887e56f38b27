// The columns of attempts and dead tasks.

import type { Attempt, DeadTask } from '../../domain/task.ts';
import { formatDuration, relative } from './durations.ts';
import type { Column } from './table.ts';

/** Columns of attempts. */
export const ATTEMPT_COLUMNS: Column<Attempt>[] = [
  { heading: 'QUEUE', cell: (attempt) => attempt.queue, least: 10 },
  { heading: 'NAME', cell: (attempt) => attempt.name, isName: true },
  { heading: 'ATTEMPT', cell: (attempt) => attempt.attempt, right: true, drop: 1 },
  { heading: 'ENDED', cell: (attempt) => relative(attempt.ended), right: true },
  { heading: 'TOOK', cell: (attempt) => formatDuration(attempt.seconds, 2), right: true, drop: 2 },
  { heading: 'STATUS', cell: (attempt) => attempt.status || '', right: true },
  { heading: 'REASON', cell: (attempt) => attempt.reason ?? 'success', least: 9 },
  { heading: 'ANSWER', cell: (attempt) => firstLine(attempt.error ?? attempt.response), least: 20 },
];

/** Columns of dead tasks. */
export const DEAD_COLUMNS: Column<DeadTask>[] = [
  { heading: 'QUEUE', cell: (task) => task.queue, least: 10 },
  { heading: 'NAME', cell: (task) => task.name, isName: true },
  { heading: 'DIED', cell: (task) => relative(task.died), right: true },
  { heading: 'ATTEMPTS', cell: (task) => task.retryCount, right: true, drop: 2 },
  { heading: 'STATUS', cell: (task) => task.lastStatus || '', right: true },
  { heading: 'REASON', cell: (task) => task.reason, least: 9 },
  { heading: 'ANSWER', cell: (task) => firstLine(task.error ?? task.response), least: 20 },
  { heading: 'EXPIRES', cell: (task) => relative(task.expires), right: true, drop: 1 },
];

const LONGEST_ANSWER = 60;

/** The first line of an answer; tables show no control characters. */
function firstLine(text: string | null): string {
  const [line = ''] = (text ?? '').trim().split('\n', 1);
  return line.length > LONGEST_ANSWER ? `${line.slice(0, LONGEST_ANSWER)}…` : line;
}
