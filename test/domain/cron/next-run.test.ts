// The runs of schedules over years in several zones, compared with a walk through each minute.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRun, nextRuns } from '../../../src/domain/cron/next-run.ts';
import { parseSchedule } from '../../../src/domain/cron/parse-schedule.ts';
import { runsOfDays, runsOfRange, type Year, yearOf } from './minute-walk.ts';

const MINUTE = 60_000;
const next = (text: string, after: string, zone = 'UTC', count = 1) =>
  nextRuns(parseSchedule(text), new Date(after), zone, count).map((run) => run.toISOString().slice(0, 16));

describe('examples', () => {
  test.each([
    ['every 5 minutes', '2026-01-01T00:00Z', '2026-01-01T00:05'],
    ['every 12 hours', '2026-01-01T00:07Z', '2026-01-01T12:07'],
    ['every day 00:00', '2026-01-01T00:00Z', '2026-01-02T00:00'],
    ['every monday 09:00', '2026-01-01T00:00Z', '2026-01-05T09:00'],
    ['2nd,third mon,wed,thu of march 17:00', '2026-01-01T00:00Z', '2026-03-09T17:00'],
    ['1st monday of sep,oct,nov 17:00', '2026-10-06T00:00Z', '2026-11-02T17:00'],
    ['1 of jan,april,july,oct 00:00', '2026-01-01T00:00Z', '2026-04-01T00:00'],
    ['01,15 of month 10:00', '2026-01-02T00:00Z', '2026-01-15T10:00'],
    ['first day of quarter 12:00', '2026-01-02T00:00Z', '2026-04-01T12:00'],
    ['1st wed of second month of quarter 00:00', '2026-01-02T00:00Z', '2026-02-04T00:00'],
    ['5th mon of month 10:00', '2026-01-01T00:00Z', '2026-03-30T10:00'],
    ['31 of month 10:00', '2026-02-01T00:00Z', '2026-03-31T10:00'],
    ['29 of feb 10:00', '2026-01-01T00:00Z', '2028-02-29T10:00'],
    ['fifth sun of feb 10:00', '2088-03-01T00:00Z', '2128-02-29T10:00'],
    ['every 2 hours synchronized', '2026-01-01T01:30Z', '2026-01-01T02:00'],
    ['every 7 mins from 10:00 to 10:20', '2026-01-01T10:14Z', '2026-01-02T10:00'],
    ['every 10 mins from 10:00 to 10:20', '2026-01-01T10:14Z', '2026-01-01T10:20'],
    ['every 30 minutes from 23:40 to 01:10', '2026-01-01T00:20Z', '2026-01-01T00:40'],
    ['every 30 minutes from 23:40 to 01:10', '2026-01-01T01:10Z', '2026-01-01T23:40'],
    ['every 24 hours from 09:00 to 09:00', '2026-01-01T09:00Z', '2026-01-02T09:00'],
  ])('%s, after %s', (text, after, run) => expect(next(text, after)).toEqual([run]));
});

describe('when clocks change in Berlin', () => {
  test('a skipped time runs at the end of the gap: 02:30 becomes 03:00', () =>
    expect(next('every day 02:30', '2026-03-28T12:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]));
  test('a time that occurs twice runs only the first time', () =>
    expect(next('every day 02:30', '2026-10-24T12:00Z', 'Europe/Berlin', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]));
  test('an hourly range has 23 ticks on one day and 25 on the other', () => {
    const ticks = (day: string) => next('every 1 hours synchronized', `${day}T20:59Z`, 'Europe/Berlin', 30);
    expect(ticks('2026-03-28').filter((run) => run >= '2026-03-28T23:00' && run < '2026-03-29T22:00')).toHaveLength(23);
    expect(ticks('2026-10-24').filter((run) => run >= '2026-10-24T22:00' && run < '2026-10-25T23:00')).toHaveLength(25);
  });
  test('a range that starts in the gap starts at its end', () =>
    expect(next('every 20 mins from 02:15 to 03:30', '2026-03-28T12:00Z', 'Europe/Berlin', 3)).toEqual([
      ...['2026-03-29T01:00', '2026-03-29T01:20', '2026-03-30T00:15'],
    ]));
});

test('a day that a zone skips runs at the end of the gap', () =>
  expect(next('every day 10:00', '2011-12-29T22:00Z', 'Pacific/Apia', 2)).toEqual([
    '2011-12-30T10:00',
    '2011-12-30T20:00',
  ]));

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'Pacific/Chatham',
];
const years = new Map<string, Year>();
const theYear = (year: number, zone: string): Year => {
  const key = `${year} ${zone}`;
  if (!years.has(key)) years.set(key, yearOf(year, zone));
  return years.get(key) as Year;
};

const time = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 9, 22, 23), fc.constantFrom(0, 15, 30, 59))
  .map(([h, m]) => ({ minutes: h * 60 + m, text: `${h}:${String(m).padStart(2, '0')}` }));
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const ORDINALS = ['1st', 'second', '3rd', 'fourth', '5th'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const some = (size: number) => fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 4 });

/** A schedule's text, and the runs that the walk finds. */
interface Simulated {
  text: string;
  runs: (year: Year) => number[];
}

const byWeekday = fc.tuple(some(5), some(7), some(12), time).map(
  ([ordinals, weekdays, months, { minutes, text }]): Simulated => ({
    text: `${ordinals.map((at) => ORDINALS[at])} ${weekdays.map((at) => WEEKDAYS[at])} of ${months.map((at) => MONTHS[at])} ${text}`,
    runs: (year) =>
      runsOfDays(
        year,
        minutes,
        (local) =>
          months.includes(local.getUTCMonth()) &&
          weekdays.includes(local.getUTCDay()) &&
          ordinals.includes(Math.floor((local.getUTCDate() - 1) / 7)),
      ),
  }),
);
const byMonthday = fc.tuple(some(28), time).map(
  ([days, { minutes, text }]): Simulated => ({
    text: `${days.map((day) => day + 1)} of month ${text}`,
    runs: (year) => runsOfDays(year, minutes, (local) => days.includes(local.getUTCDate() - 1)),
  }),
);
const daily = time.map(
  ({ minutes, text }): Simulated => ({
    text: `every day ${text}`,
    runs: (year) => runsOfDays(year, minutes, () => true),
  }),
);
const range = fc.tuple(fc.integer({ min: 1, max: 400 }), time, time).map(
  ([every, from, to]): Simulated => ({
    text: `every ${every} minutes from ${from.text} to ${to.text}`,
    runs: (year) => runsOfRange(year, every, from.minutes, to.minutes),
  }),
);
const synchronized = fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 24).map(
  (hours): Simulated => ({
    text: `every ${hours} hours synchronized`,
    runs: (year) => runsOfRange(year, hours * 60, 0, 1439),
  }),
);

test('over years in many zones it equals a walk through each minute', () => {
  const schedules = fc.oneof(byWeekday, byMonthday, daily, range, synchronized);
  const moment = fc.integer({ min: 0, max: 365 * 1440 });
  fc.assert(
    fc.property(
      schedules,
      fc.constantFrom(...ZONES),
      fc.constantFrom(2023, 2024),
      fc.array(moment, { minLength: 20, maxLength: 20 }),
      (simulated, zone, at, moments) => {
        const year = theYear(at, zone);
        const runs = simulated.runs(year);
        const schedule = parseSchedule(simulated.text);
        const begin = Date.UTC(at, 0, 1) / MINUTE;
        // Chosen moments, and those around each change of the clock.
        const around = year.changes.flatMap((set) =>
          [-1500, -121, -61, -31, -1, 0, 1, 29, 59, 119].map((by) => set + by),
        );
        for (const after of [...moments.map((m) => begin + m), ...around]) {
          const expected = runs.find((run) => run > after);
          if (expected === undefined) continue; // next year's
          const found = nextRun(schedule, new Date(after * MINUTE), zone).getTime() / MINUTE;
          expect(found, `${simulated.text} in ${zone} after ${new Date(after * MINUTE).toISOString()}`).toBe(expected);
        }
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});
