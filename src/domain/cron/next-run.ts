// When a schedule runs next.
//
// Times of the day are the wall clock's. A time that comes twice, when clocks are set back, runs the first time only; one that is skipped, when they
// are set forward, runs at the moment they are. The ticks of a range are counted from its start in time that passes, and not by the clock.

import { type DaySchedule, daysOf, type RangeSchedule, type Schedule } from './schedule.ts';
import { instantOf, localTime } from './time-zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

// The fifth Sunday of February comes again after forty years at most.
const MOST_MONTHS = 12 * 41;

/**
 * The first run after a moment.
 *
 * @param after for a pause (`every 5 minutes`) the end of the run before, else any moment; a run at this very moment is not the next one
 * @param zone name of the tz database
 * @example nextRun(parseSchedule('every day 09:00'), new Date(), 'Europe/Berlin')
 */
export function nextRun(schedule: Schedule, after: Date, zone = 'UTC'): Date {
  const moment = after.getTime();
  if (schedule.kind === 'pause') return new Date(moment + schedule.every * MINUTE);
  return new Date(schedule.kind === 'range' ? nextTick(schedule, moment, zone) : nextDay(schedule, moment, zone));
}

/** The first runs after a moment, as if each took no time. */
export function nextRuns(schedule: Schedule, after: Date, zone: string, count: number): Date[] {
  const runs: Date[] = [];
  for (let last = after; runs.length < count; runs.push(last)) last = nextRun(schedule, last, zone);
  return runs;
}

function nextDay({ days, at }: DaySchedule, after: number, zone: string): number {
  // A day before: the run of yesterday may have been moved to today.
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
  // Ranges over midnight began yesterday; and clocks are set by up to a day.
  const ticks = [-2, -1, 0, 1, 2].flatMap((days) => {
    const local = today + days * DAY + from * MINUTE;
    const start = instantOf(local, zone);
    const tick = start + Math.max(0, Math.floor((after - start) / (every * MINUTE)) + 1) * every * MINUTE;
    return tick <= instantOf(local + length * MINUTE, zone) ? [tick] : [];
  });
  return Math.min(...ticks.filter((tick) => tick > after));
}
