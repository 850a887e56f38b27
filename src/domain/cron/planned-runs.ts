// The next runs of an entry, for people.

import type { Cron } from './cron.ts';
import { nextRuns } from './next-run.ts';
import { parseSchedule } from './parse-schedule.ts';

/**
 * The next runs, as if each took no time; none where the schedule can't be read.
 *
 * @param now what has passed by then is left out
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
