// cron.yaml and cron.xml, rule by rule.
import { describe, expect, test } from 'vitest';
import { CRON_RETRY_DEFAULTS } from '../../src/domain/cron/cron-keys.ts';
import { fullCronRetry } from '../../src/domain/cron/read-cron-config.ts';
import { QueueConfigError } from '../../src/domain/errors.ts';
import { parseCronFile } from '../../src/files/cron-file.ts';

function problemsOf(content: string, file?: string): string[] {
  try {
    parseCronFile(content, file);
    return [];
  } catch (error) {
    if (!(error instanceof QueueConfigError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}

const job = (line: string) => `cron:\n- url: /report\n  schedule: every monday 09:00\n  ${line}\n`;
const retry = (line: string) => job(`retry_parameters:\n    ${line}`);

test('a file with every directive', () => {
  const { cron } = parseCronFile(`cron:
- url: /report?kind=all
  schedule: every 30 mins from 9:00 to 17:00
  timezone: Europe/Berlin
  description: Büro ☕
  target: v1.worker
  attempt_deadline: 15.1s
  retry_parameters:
    job_retry_limit: 0
    job_age_limit: 1.5d
    min_backoff_seconds: 2.5
    max_backoff_seconds: 100
    max_doublings: 3
- {url: /, schedule: 'every 5 minutes', retry_parameters: }
`);
  expect(cron).toEqual([
    {
      url: '/report?kind=all',
      schedule: 'every 30 mins from 9:00 to 17:00',
      timezone: 'Europe/Berlin',
      description: 'Büro ☕',
      target: 'v1.worker',
      attempt_deadline: '15.1s',
      retry_parameters: {
        job_retry_limit: 0,
        job_age_limit: '1.5d',
        min_backoff_seconds: 2.5,
        max_backoff_seconds: 100,
        max_doublings: 3,
      },
    },
    { url: '/', schedule: 'every 5 minutes', retry_parameters: {} },
  ]);
});

test('the same in XML', () => {
  const xml = `<cronentries>
  <cron><url>/a&amp;b</url><schedule>every day 09:00</schedule><timezone>Asia/Tokyo</timezone><description>x</description><target/>
    <retry-parameters><job-retry-limit>2</job-retry-limit><job-age-limit>1h</job-age-limit></retry-parameters></cron>
</cronentries>`;
  expect(parseCronFile(xml, 'cron.xml').cron).toEqual([
    {
      url: '/a&b',
      schedule: 'every day 09:00',
      timezone: 'Asia/Tokyo',
      description: 'x',
      retry_parameters: { job_retry_limit: 2, job_age_limit: '1h' },
    },
  ]);
  expect(problemsOf('<cronentries/>', 'cron.xml')).toEqual([]);
  expect(problemsOf('<cronentries><cron><url>/</url></cron></cronentries>', 'cron.xml')[0]).toBe(
    '1:14 job / has no schedule',
  );
});

describe('right', () => {
  test.each([
    ['no jobs', 'cron: []\n'],
    ['an empty list', 'cron:\n'],
    ['an empty target', job('target:')],
    ['an empty target in quotes', job("target: ''")],
    ['499 characters', job(`description: ${'☕'.repeat(499)}`)],
    ['empty retry_parameters', job('retry_parameters:')],
    ['five retries', retry('job_retry_limit: 5')],
    ...['UTC', 'US/Eastern', 'America/Argentina/Buenos_Aires', 'EST5EDT'].map((zone) => [
      zone,
      job(`timezone: ${zone}`),
    ]),
    ...['15s', '15.s', '15.1s'].map((deadline) => [deadline, job(`attempt_deadline: ${deadline}`)]),
  ])('%s', (_, yaml) => expect(problemsOf(yaml as string)).toEqual([]));
});

describe('wrong', () => {
  test.each([
    ['no list', '', 'the file has no key cron'],
    ['no url', 'cron:\n- schedule: every day 09:00\n', '2:3 job number 1 has no url'],
    ['no schedule', 'cron:\n- url: /x\n', '2:3 job /x has no schedule'],
    ['an absolute URL', 'cron:\n- {url: "http://x/", schedule: every day 09:00}\n', 'a path that begins with a slash'],
    [
      'a schedule that is none',
      'cron:\n- {url: /x, schedule: every 2 feet}\n',
      "2:23 job /x: invalid schedule 'every 2 feet': expected hours",
    ],
    ['a schedule that is a number', 'cron:\n- {url: /x, schedule: 5}\n', 'invalid schedule'],
    ['a zone that is none', job('timezone: Europe/Atlantis'), "got 'Europe/Atlantis'"],
    ['an offset for a zone', job('timezone: "+01:00"'), 'timezone'],
    ['a zone of 101 letters', job(`timezone: ${'x'.repeat(101)}`), 'timezone'],
    ['500 characters', job(`description: ${'x'.repeat(500)}`), 'description'],
    ...['20m', '..223s', '15', '-1s', '1e2s'].map((deadline) => [
      deadline,
      job(`attempt_deadline: ${deadline}`),
      'attempt_deadline',
    ]),
    ...['6', '-1', '1.5'].map((limit) => [
      `${limit} retries`,
      retry(`job_retry_limit: ${limit}`),
      'a whole number from 0 to 5',
    ]),
    ...['0s', '5', '1y'].map((age) => [`age ${age}`, retry(`job_age_limit: ${age}`), 'job_age_limit']),
    ['a negative back-off', retry('min_backoff_seconds: -1'), '0 or more'],
    [
      'the shortest above the longest',
      retry('min_backoff_seconds: 5\n    max_backoff_seconds: 1'),
      'must be at most max_backoff_seconds',
    ],
    ['a key of queues', retry('task_retry_limit: 1'), 'did you mean job_retry_limit?'],
    ['a misspelt key', job('time_zone: UTC'), 'did you mean timezone?'],
    ['an alias', 'cron: &a [*a]\n', 'aliases (*a) are not supported'],
  ])('%s', (_, yaml, problem) => expect(problemsOf(yaml as string).join('\n')).toContain(problem as string));

  test('all problems are reported together', () => {
    expect(
      problemsOf('cron:\n- url: x\n  schedule: never\n  timezone: Mars\n- retry: 1\n').map(
        (line) => line.split(' ')[0],
      ),
    ).toEqual([...['2:8', '3:13', '4:13', '5:3', '5:3', '5:3']]);
  });
});

test('a block of retry parameters has defaults, and one back-off moves the default of the other', () => {
  expect(fullCronRetry({})).toEqual(CRON_RETRY_DEFAULTS);
  expect(fullCronRetry({ min_backoff_seconds: 5000 }).max_backoff_seconds).toBe(5000);
  expect(fullCronRetry({ max_backoff_seconds: 0.01 }).min_backoff_seconds).toBe(0.01);
});
