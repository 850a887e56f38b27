// The next run of a schedule. Times of day are wall-clock times. If clocks are set back and a time occurs twice, the
// job runs only the first time; if they are set forward and a time is skipped, it runs at the change. The ticks of a
// range are counted from its start in elapsed time, not by the clock.

import { type DaySchedule, daysOf, type RangeSchedule, type Schedule } from './schedule.ts';
import { instantOf, localTime } from './time-zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

// A fifth Sunday in February recurs after at most forty years.
const MOST_MONTHS = 12 * 41;

/**
 * Returns the first run after a moment.
 *
 * @param after for a pause (`every 5 minutes`) the end of the previous run, otherwise any moment; a run at exactly this
 *   moment does not count
 * @param zone a name from the tz database
 * @example nextRun(parseSchedule('every day 09:00'), new Date(), 'Europe/Berlin')
 */
export function nextRun(schedule: Schedule, after: Date, zone = 'UTC'): Date {
  const moment = after.getTime();
  if (schedule.kind === 'pause') return new Date(moment + schedule.every * MINUTE);
  return new Date(schedule.kind === 'range' ? nextTick(schedule, moment, zone) : nextDay(schedule, moment, zone));
}

/** Returns the first runs after a moment, as if each took no time. */
export function nextRuns(schedule: Schedule, after: Date, zone: string, count: number): Date[] {
  const runs: Date[] = [];
  for (let last = after; runs.length < count; runs.push(last)) last = nextRun(schedule, last, zone);
  return runs;
}

function nextDay({ days, at }: DaySchedule, after: number, zone: string): number {
  // Starts a day earlier: yesterday's run may have been moved to today.
  const start = new Date(localTime(after, zone) - DAY);
  for (let count = 0; count < MOST_MONTHS; count++) {
    const first = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + count, 1));
    for (const day of daysOf(days, first.getUTCFullYear(), first.getUTCMonth() + 1)) {
      const local = first.getTime() + (day - 1) * DAY + at * MINUTE;
      if (local < start.getTime() - DAY) continue;
      const moment = instantOf(local, zone);
      if (moment > after) return moment;
    }
  }
  throw new RangeError('this schedule never runs');
}

function nextTick({ every, from, to }: RangeSchedule, after: number, zone: string): number {
  const today = Math.floor(localTime(after, zone) / DAY) * DAY;
  const length = (to < from ? to + 1440 : to) - from;
  // Ranges across midnight began yesterday, and clocks change by up to a day.
  const ticks = [-2, -1, 0, 1, 2].flatMap((days) => {
    const local = today + days * DAY + from * MINUTE;
    const start = instantOf(local, zone);
    const tick = start + Math.max(0, Math.floor((after - start) / (every * MINUTE)) + 1) * every * MINUTE;
    return tick <= instantOf(local + length * MINUTE, zone) ? [tick] : [];
  });
  return Math.min(...ticks.filter((tick) => tick > after));
}
