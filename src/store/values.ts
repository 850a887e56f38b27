// Values out of rows, whatever the application told its driver to make of them.

import type { BigintValue, IntervalValue, TimestampValue } from '../sql/rows.ts';

/** A timestamptz as a Date (milliseconds). */
export function readDate(value: TimestampValue): Date {
  if (value instanceof Date) return value;
  return new Date(value.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'));
}

export function readDateOrNull(value: TimestampValue | null): Date | null {
  return value === null ? null : readDate(value);
}

/** Seconds since 1970, with six decimals, as a Date (milliseconds). A text where an application set its own parser. */
export function dateOfSeconds(seconds: number | string): Date {
  return new Date(Math.floor(Math.round(Number(seconds) * 1_000_000) / 1000));
}

/** A count. Counts fit a number; ids are never read with this. */
export function readCount(value: BigintValue): number {
  return Number(value);
}

const UNIT_SECONDS: Record<string, number> = { year: 31_557_600, mon: 2_592_000, day: 86_400 };

/** An interval in seconds. */
export function readSeconds(value: IntervalValue): number {
  if (typeof value === 'string') return secondsOfText(value);
  const { years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = value;
  const calendar = years * 31_557_600 + months * 2_592_000 + days * 86_400;
  return calendar + hours * 3600 + minutes * 60 + seconds + milliseconds / 1000;
}

// PostgreSQL's own style: 1 year 2 mons 9 days 01:02:03.5
function secondsOfText(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(-?\d+) (year|mon|day)s?/g))
    total += Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0);
  const clock = /(-?)(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text);
  if (clock === null) return total;
  const seconds = Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4]);
  return total + (clock[1] === '-' ? -seconds : seconds);
}
