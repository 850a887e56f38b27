// Completed tasks and outcomes, as a terminal shows them.

import type { CompletedTask, TaskOutcome } from '../../domain/task.ts';
import { formatDuration, formatTime, relative } from './durations.ts';
import type { Column } from './table.ts';

export const COMPLETED_COLUMNS: Column<CompletedTask>[] = [
  { heading: 'NAME', cell: (task) => task.name, isName: true },
  { heading: 'TAG', cell: (task) => task.tag, drop: 3 },
  { heading: 'URL', cell: (task) => task.url, drop: 2 },
  { heading: 'COMPLETED', cell: (task) => formatTime(task.completed), right: true },
  { heading: 'TOOK', cell: (task) => formatDuration(secondsOf(task), 2), right: true, drop: 1 },
  { heading: 'ATTEMPTS', cell: (task) => task.attempts, right: true, drop: 4 },
];

/** From the moment it was added. */
function secondsOf({ created, completed }: CompletedTask): number {
  return Math.max(0, completed.getTime() - created.getTime()) / 1000;
}

/** How a task ended, as a sentence. */
export function outcomeText(name: string, { outcome, ended, attempts, reason, error }: TaskOutcome): string {
  const at = ended ? ` ${relative(ended)}` : '';
  const tries = attempts === null ? '' : ` after ${attempts} attempt${attempts === 1 ? '' : 's'}`;
  const why = error ?? reason;
  switch (outcome) {
    case 'waiting':
      return `Task ${name} has not ended yet.`;
    case 'completed':
      return `Task ${name} was completed${at}${tries}.`;
    case 'dead':
      return `Task ${name} died${at}${tries}${why ? `: ${why}` : ''}.`;
    case 'ended':
      return `Task ${name} ended${at}: it was completed or deleted.`;
    case 'gone':
      return `Task ${name} has ended, or was never committed.`;
    case 'unknown':
      return `There is no task ${name}: it was never added, or ended long ago.`;
  }
}
