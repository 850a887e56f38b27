// The grammar of schedules, line by line.
import { describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../src/domain/cron/parse-schedule.ts';
import { InvalidRequestError } from '../../../src/domain/errors.ts';

const EVERY_MONTH = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const EVERY_WEEKDAY = [0, 1, 2, 3, 4, 5, 6];
const always = { months: EVERY_MONTH, weekdays: EVERY_WEEKDAY, ordinals: [1, 2, 3, 4, 5] };

describe('intervals', () => {
  test.each([
    ['every 1 minutes', { kind: 'pause', every: 1 }],
    ['every 5 mins', { kind: 'pause', every: 5 }],
    ['every 12 hours', { kind: 'pause', every: 720 }],
    ['every 99999 minutes', { kind: 'pause', every: 99_999 }],
    ['every 5 minutes from 10:00 to 14:00', { kind: 'range', every: 5, from: 600, to: 840 }],
    ['every 30 mins from 22:00 to 4:05', { kind: 'range', every: 30, from: 1320, to: 245 }],
    ['every 7 hours from 00:00 to 23:59', { kind: 'range', every: 420, from: 0, to: 1439 }],
    ['every 2 hours synchronized', { kind: 'range', every: 120, from: 0, to: 1439 }],
  ])('%s', (text, schedule) => expect(parseSchedule(text)).toEqual(schedule));

  const hours = [1, 2, 3, 4, 6, 8, 12, 24];
  const minutes = [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 32, 36, 40, 45, 48, 60];
  test('synchronized accepts intervals that divide the day', () => {
    const taken = (unit: string, most: number) =>
      Array.from({ length: most }, (_, at) => at + 1).filter((count) => {
        try {
          return parseSchedule(`every ${count} ${unit} synchronized`);
        } catch {
          return false;
        }
      });
    expect(taken('hours', 30)).toEqual(hours);
    expect(taken('minutes', 60)).toEqual(minutes);
  });
});

describe('days', () => {
  test.each([
    ['every day 00:00', always, 0],
    ['every day of month 23:59', always, 1439],
    ['every monday 09:00', { ...always, weekdays: [1] }, 540],
    ['every sun,tuesday,wed of month 9:05', { ...always, weekdays: [0, 2, 3] }, 545],
    ['1st monday 10:00', { ...always, ordinals: [1], weekdays: [1] }, 600],
    ['2nd,third mon,fri of march,dec 17:00', { months: [3, 12], ordinals: [2, 3], weekdays: [1, 5] }, 1020],
    ['4th,fifth sat of quarter 1:00', { months: [1, 4, 7, 10], ordinals: [4, 5], weekdays: [6] }, 60],
    ['every thu of first month of quarter 1:00', { ...always, months: [1, 4, 7, 10], weekdays: [4] }, 60],
    [
      'every thu of 2nd,third month of quarter 1:00',
      { ...always, months: [2, 3, 5, 6, 8, 9, 11, 12], weekdays: [4] },
      60,
    ],
    ['first day of month 1:00', { months: EVERY_MONTH, monthdays: [1] }, 60],
    ['1 of month 04:00', { months: EVERY_MONTH, monthdays: [1] }, 240],
    ['01,15,31 of jan,february 04:00', { months: [1, 2], monthdays: [1, 15, 31] }, 240],
    ['29 of feb 04:00', { months: [2], monthdays: [29] }, 240],
    ['30 of feb,mar 04:00', { months: [2, 3], monthdays: [30] }, 240],
  ])('%s', (text, days, at) => expect(parseSchedule(text)).toEqual({ kind: 'days', days, at }));
});

test.each([
  ['EVERY Day 09:00', 'every day 09:00'],
  ['  every\tday\n09:00 ', 'every day 09:00'],
  ['every5minutes', 'every 5 minutes'],
  ['1st , third mon,tue of month 10:00', '1st,third mon,tue of month 10:00'],
])('case and white space do not matter: %j', (text, plain) =>
  expect(parseSchedule(text)).toEqual(parseSchedule(plain)),
);

test.each([
  ['', 'expected every, an ordinal such as 1st, or a day of the month, got the end'],
  ['every 2 feet', "expected hours, mins or minutes, got 'feet'"],
  ['every 1 minute', 'hours, mins or minutes'],
  ['every 1 hour', 'hours, mins or minutes'],
  ['every 0 minutes', 'the interval must be 1 to 99999, got 0'],
  ['every 100000 minutes', 'must be 1 to 99999, got 100000'],
  ['1st funday of every month 10:12', "day or a weekday, got 'funday'"],
  ['1st mon of every month 10:12', "got 'every'"],
  ['every day 24:00', "got '24:00'"],
  ['every day 09:60', "got '09:60'"],
  ['every day 9', "got '9'"],
  ['every day 9:5', "got '9'"],
  ['every 24 hours 09:00', "expected the end, got '09:00'"],
  ['every day 09:00 please', "expected the end, got 'please'"],
  ['every 1 minutes from 09:00', 'expected to, got the end'],
  ['every 1 minutes to 12:00', "expected the end, got 'to'"],
  ['every 1 minutes 09:00 to 12:00', "got '09:00'"],
  ['every 1 minutes from 09:00 12:00', "expected to, got '12:00'"],
  ['every 2 hours synchronized from 09:00 to 12:00', "expected the end, got 'from'"],
  ['every 2 hours from 09:00 to 12:00 synchronized', "expected the end, got 'synchronized'"],
  ['every 7 hours synchronized', 'an interval that divides the day, got 7'],
  ['1 10:00', "expected of, got '10:00'"],
  ['0 of month 10:00', 'a day of the month must be 1 to 31, got 0'],
  ['32 of month 10:00', 'a day of the month must be 1 to 31, got 32'],
  ['001 of month 10:00', 'a day of the month must be 1 to 31, got 001'],
  ['30 of feb 10:00', 'these months have no such day'],
  ['31 of apr,jun,sep,nov 10:00', 'these months have no such day'],
  ['every mon of 4th month of quarter 10:00', 'a quarter has three months, got 4th'],
  ['every mon of 1st month 10:00', "expected of, got '10:00'"],
  ['1st,2 mon 10:00', "got '2'"],
  ['every mon, 10:00', "expected day or a weekday, got '10:00'"],
  ['* * * * *', 'this is crontab syntax'],
])('%j is rejected: %s', (text, why) => {
  expect(() => parseSchedule(text)).toThrow(InvalidRequestError);
  expect(() => parseSchedule(text)).toThrow(why);
});
