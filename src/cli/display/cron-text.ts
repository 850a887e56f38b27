// Scheduled jobs and plans for them, as a terminal shows them.

import type { Cron, CronChange } from '../../domain/cron/cron.ts';
import { plannedRuns } from '../../domain/cron/planned-runs.ts';
import type { Output } from '../output.ts';
import { formatTime } from './durations.ts';
import { type Column, fields } from './table.ts';
import { printable } from './text.ts';

const COLOR = { create: 'green', change: 'yellow', remove: 'red' } as const;

/** The plan for people: one line per job. */
export function cronPlanText(plan: readonly CronChange[], colors: Output['colors']): string {
  const lines = [...Map.groupBy(plan, ({ cron }) => cron)].map(([cron, changes]) => {
    const change = changes[0]?.change ?? 'change';
    if (cron === null) return colors.green(`create queue ${changes.map(({ after }) => after).join(', ')}`);
    const settings = change === 'remove' ? '' : `: ${changes.map(settingText).join(', ')}`;
    return colors[COLOR[change]](`${change} ${cron}${settings}`);
  });
  return lines.length > 0 ? lines.join('\n') : 'No changes.';
}

/** Columns of the list of jobs. */
export const CRON_COLUMNS: Column<Cron>[] = [
  { heading: 'NAME', cell: ({ name }) => name },
  { heading: 'SCHEDULE', cell: ({ schedule }) => schedule, least: 14 },
  { heading: 'ZONE', cell: ({ timezone }) => timezone, drop: 3 },
  {
    heading: 'RUNS',
    cell: ({ callsUrl, url, queue }) => (callsUrl ? `GET ${url}` : `task in ${queue}`),
    least: 12,
    drop: 2,
  },
  { heading: 'LAST RUN', cell: ({ lastRun }) => (lastRun ? formatTime(lastRun) : '-'), drop: 1 },
  { heading: 'RESULT', cell: ({ lastResult, problem }) => problem ?? lastResult ?? '-', least: 9 },
  { heading: 'STATE', cell: ({ state }) => state },
];

/** The next runs of each job, in its own time zone. */
export function nextRunsText(crons: readonly Cron[], now: Date): string {
  const runs = crons.map((cron): [string, string] => [
    cron.name,
    plannedRuns(cron, now)
      .map((run) => local(run, cron))
      .join('  '),
  ]);
  return fields(runs.map(([name, text]) => [name, text || 'never']));
}

function local(run: Date, { timezone }: Cron): string {
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: timezone });
  return `${new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: timezone }).format(run)} ${format.format(run)}`;
}

function settingText({ change, setting, before, after }: CronChange): string {
  const shown = (value: string | null) => (value === null ? 'none' : printable(value));
  return change === 'create' ? `${setting} ${shown(after)}` : `${setting}: ${shown(before)} → ${shown(after)}`;
}
