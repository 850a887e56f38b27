// The keys of a cron file and the values they accept.

import { anything, type Kind, numeric, spelled, text, wholeNumber, yesOrNo } from '../config-file/kinds.ts';
import { AGE_SCHEMA, ageLimitOf } from '../queue-file/grammar.ts';
import { QUEUE_KEYS } from '../queue-file/queue-keys.ts';
import { isTimeZone } from './time-zone.ts';

const backoff = numeric(0, 1e12, 'a number of seconds, 0 or more');

/** The top-level keys beside `cron`. */
export const CRON_FILE_KEYS = { application: anything } satisfies Record<string, Kind>;

/** The keys of a job that take one value; the schedule has a grammar of its own (parse-schedule). */
export const CRON_KEYS = {
  name: text(/^[A-Za-z0-9_-]{1,100}$/, '1 to 100 letters, digits, _ or -'),
  url: text(/^\/[!-~]{0,2082}$/, 'a path that begins with a slash'),
  schedule: text(/^[\s\S]{1,1000}$/, 'text such as every monday 09:00'),
  timezone: spelled(
    (name) => (isTimeZone(name) ? 0 : undefined),
    'a name from the tz database, such as Europe/Berlin',
    { type: 'string', maxLength: 100 },
  ),
  description: text(/^[\s\S]{0,499}$/u, 'up to 499 characters'),
  target: QUEUE_KEYS.target,
  queue: QUEUE_KEYS.name,
  payload: text(/^[\s\S]{0,102400}$/, 'text of up to 102400 characters'),
  tag: text(/^[\s\S]{1,500}$/, 'up to 500 characters'),
  catch_up: yesOrNo,
  attempt_deadline: text(/^[0-9]{1,9}(\.[0-9]{0,9})?s$/, 'a number of seconds followed by s, such as 15.1s'),
} satisfies Record<string, Kind>;

/** The keys of a job's `retry_parameters`. */
export const CRON_RETRY_KEYS = {
  job_retry_limit: wholeNumber(0, 5),
  job_age_limit: spelled(
    ageLimitOf,
    'a number followed by s, m, h or d, such as 2d or 1.5h, and at least one second',
    AGE_SCHEMA,
  ),
  min_backoff_seconds: backoff,
  max_backoff_seconds: backoff,
  max_doublings: wholeNumber(0, 2_147_483_647, 'a whole number of 0 or more'),
} satisfies Record<string, Kind>;

/** The defaults of a block that is present. */
export const CRON_RETRY_DEFAULTS = {
  job_retry_limit: 5,
  min_backoff_seconds: 0.1,
  max_backoff_seconds: 3600,
  max_doublings: 16,
} as const;
