// The next runs of a job, for display.

import type { Cron } from './cron.ts';
import { nextRuns } from './next-run.ts';
import { parseSchedule } from './parse-schedule.ts';

/**
 * Returns the next runs, as if each took no time; none if the schedule is invalid.
 *
 * @param now earlier runs are left out
 */
export function plannedRuns(
  cron: Pick<Cron, 'schedule' | 'timezone' | 'since' | 'nextRun'>,
  now: Date,
  count = 5,
): Date[] {
  try {
    const schedule = parseSchedule(cron.schedule);
    if (cron.nextRun) return [cron.nextRun, ...nextRuns(schedule, latest(cron.nextRun, now), cron.timezone, count - 1)];
    return nextRuns(schedule, schedule.kind === 'pause' ? now : latest(cron.since, now), cron.timezone, count);
  } catch {
    return [];
  }
}

const latest = (one: Date, other: Date) => (one > other ? one : other);
