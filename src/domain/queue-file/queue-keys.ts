// The keys of a queue file and the values they accept: the one table for the validator and the JSON Schema.

import { anything, choice, type Kind, numeric, spelled, text, wholeNumber, yesOrNo } from '../config-file/kinds.ts';
import { QUEUE_SETTINGS } from '../queue.ts';
import { AGE_SCHEMA, ageLimitOf, RATE_SCHEMA, rateOf, retentionOf, STORAGE_SCHEMA, storageLimitOf } from './grammar.ts';
import type { DeathNoticesEntry, QueueEntry, QueueEntryRetry } from './queue-config.ts';

const MOST = 2_147_483_647;
const limit = wholeNumber(0, MOST, 'a whole number of 0 or more');
const backoff = numeric(0, 1e12, 'a number of seconds, 0 or more');

/** Roughly an e-mail address: something on both sides of an @. */
const address = text(/^[^\s@]{1,64}@[^\s@]{1,255}$/, 'an e-mail address');

const retention = spelled(retentionOf, 'a number followed by s, m, h or d, such as 7d, and at most 365d', AGE_SCHEMA);
const queueName = text(/^[a-zA-Z0-9-]{1,100}$/, '1 to 100 letters, digits or hyphens');

/** The top-level keys beside `queue`. */
export const FILE_KEYS = {
  application: anything,
  total_storage_limit: spelled(
    storageLimitOf,
    'a number followed by B, K, M, G or T, such as 120M, and at most 1000T',
    STORAGE_SCHEMA,
  ),
  resume_paused_queues: yesOrNo,
} satisfies Record<string, Kind>;

/** The keys of a queue that take one value. */
export const QUEUE_KEYS = {
  name: queueName,
  mode: choice('push', 'pull'),
  rate: spelled(
    rateOf,
    'a number, a slash and s, m, h or d, such as 5/s or 0.2/h, at most 500/s (0 dispatches nothing)',
    RATE_SCHEMA,
  ),
  bucket_size: wholeNumber(0, 500),
  max_concurrent_requests: limit,
  target: text(
    /^(?!-)(?:[a-z0-9-]{1,100}\.(?!-))?[a-z0-9-]{1,63}$/,
    'service or version.service, in lower-case letters, digits and hyphens, not beginning with a hyphen',
  ),
  dead_retention: retention,
  attempt_retention: retention,
  keep_completed: text(
    /^(none|failures|all|(100|[0-9]{1,2})(\.[0-9]{1,6})?%)$/,
    'none, failures, all or a share such as 10%',
  ),
  completed_retention: retention,
} satisfies Record<Exclude<keyof QueueEntry, 'retry_parameters' | 'acl' | 'on_dead'>, Kind>;

/** The keys of `on_dead`. */
export const ON_DEAD_KEYS = {
  queue: queueName,
  url: text(/^(\/|https?:\/\/).*$/, 'a path, beginning with a slash, or a URL'),
} satisfies Record<keyof DeathNoticesEntry, Kind>;

/** A target in queue.xml, which follows the older rule. */
export const XML_TARGET = text(/^[a-z0-9\-.]{1,100}$/, '1 to 100 lower-case letters, digits, hyphens and dots');

/** The keys of `retry_parameters`. */
export const RETRY_KEYS = {
  task_retry_limit: limit,
  task_age_limit: spelled(
    ageLimitOf,
    'a number followed by s, m, h or d, such as 2d or 1.5h, and at least one second',
    AGE_SCHEMA,
  ),
  min_backoff_seconds: backoff,
  max_backoff_seconds: backoff,
  max_doublings: limit,
} satisfies Record<keyof QueueEntryRetry, Kind>;

/** The two kinds of entries in `acl`. */
export const ACL_KEYS = { user_email: address, writer_email: address } satisfies Record<string, Kind>;

/** The keys that a pull queue does not accept. */
export const PUSH_ONLY = Object.values(QUEUE_SETTINGS).flatMap(({ fileKey, pushOnly }) => (pushOnly ? [fileKey] : []));

/** The only retry parameter that a pull queue accepts. */
export const PULL_RETRY = ['task_retry_limit'] as const;

/** The defaults of retry parameters. */
export const RETRY_DEFAULTS = { min_backoff_seconds: 0.1, max_backoff_seconds: 3600, max_doublings: 16 };
