import { describe, expect, test } from 'vitest';
import { insteadOfCrontab } from '../../../src/domain/cron/crontab.ts';
import { parseSchedule } from '../../../src/domain/cron/parse-schedule.ts';
import { parseCronFile } from '../../../src/files/cron-file.ts';

describe('a crontab expression', () => {
  test.each([
    ['*/5 * * * *', 'every 5 minutes'],
    ['* * * * *', 'every 1 minutes'],
    ['0 * * * *', 'every 1 hours'],
    ['0 */2 * * *', 'every 2 hours'],
    ['30 9 * * *', 'every day 09:30'],
    ['0 9 * * 1', 'every monday 09:00'],
    ['0 10 15 * *', '15 of month 10:00'],
  ])('%s is rejected with an equivalent schedule', (expression, schedule) => {
    expect(insteadOfCrontab(expression)).toBe(schedule);
    expect(() => parseSchedule(expression)).toThrow(`this is crontab syntax; write ${schedule}`);
    expect(() => parseSchedule(schedule)).not.toThrow();
  });

  test('without an equivalent schedule is rejected with examples', () => {
    expect(insteadOfCrontab('0 9 * * 1-5')).toMatch(/^a schedule such as: every 5 minutes/);
  });
});

test.each(['every 5 minutes', '1st,third mon of quarter 04:00', '1,15 of month 10:00', 'every day 09:00'])(
  '%s is not crontab syntax',
  (schedule) => expect(insteadOfCrontab(schedule)).toBeUndefined(),
);

test.each([
  ['cron:\n- url: /a\n  schedule: */5 * * * *\n', 'cron.yaml:3:13: '],
  ["cron:\n- url: /a\n  schedule: '*/5 * * * *' # often\n", 'cron.yaml:3:13: job /a: '],
  ['cron:\n- {url: /a, schedule: */5 * * * *}\n', 'cron.yaml:2:23: '],
])('in a cron file, quoted or not: %j', (file, place) => {
  expect(() => parseCronFile(file)).toThrow(
    `${place}invalid schedule '*/5 * * * *': this is crontab syntax; write every 5 minutes`,
  );
});
