// The meaning of a cron job's schedule.

/** Some days of the year at one time of the day. */
export interface DaySchedule {
  kind: 'days';
  days: DayRule;
  /** Minutes after midnight, by the wall clock. */
  at: number;
}

/** Fixed ticks within a part of each day: from, from + every, …, at most to. */
export interface RangeSchedule {
  kind: 'range';
  /** Minutes. */
  every: number;
  /** Minutes after midnight, inclusive. If `to` is before `from`, it is on the next day. */
  from: number;
  to: number;
}

/** A pause after the end of each run. */
export interface PauseSchedule {
  kind: 'pause';
  /** Minutes. */
  every: number;
}

export type Schedule = DaySchedule | RangeSchedule | PauseSchedule;

/** Which days of which months. */
export interface DayRule {
  /** 1 … 12. */
  months: readonly number[];
  /** Days of the month, 1 … 31; undefined: by weekday. */
  monthdays?: readonly number[];
  /** 0 (Sunday) … 6. */
  weekdays?: readonly number[];
  /** The first to the fifth of these weekdays in a month: 1 … 5. */
  ordinals?: readonly number[];
}

/** Returns the days of a month that match a rule, in order. */
export function daysOf(rule: DayRule, year: number, month: number): number[] {
  if (!rule.months.includes(month)) return [];
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const all = Array.from({ length }, (_, index) => index + 1);
  const { monthdays, weekdays = [], ordinals = [] } = rule;
  if (monthdays) return all.filter((day) => monthdays.includes(day));
  const weekday = (day: number) => new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return all.filter((day) => weekdays.includes(weekday(day)) && ordinals.includes(Math.ceil(day / 7)));
}
