// A sample of every setting of a queue. One that is missing does not compile.

import type { NewQueue } from '../../src/domain/queue.ts';
import type { QueueEntry } from '../../src/domain/queue-file/queue-config.ts';
import type { functions } from '../../src/schema/functions.ts';

type SettingArgument = Exclude<keyof (typeof functions)['create_queue'], 'queue'>;

interface Setting<Value> {
  /** As TypeScript spells it. */
  value: Value;
  /** Another one, to change it to. */
  other: Value;
  /** As create_queue takes both. */
  argument: SettingArgument;
  inSql: readonly [value: unknown, other: unknown];
  /** Of the settings that queue_history names, those that change. */
  history: readonly string[];
  /** The key in a queue file and its value; null: a file cannot say it. */
  inFile: Partial<QueueEntry> | null;
  /** Of `queues create`. */
  flags: readonly string[];
  /** What `queues describe` prints. */
  describes: RegExp;
  /** What the queue needs beside it. */
  beside?: NewQueue;
}

const RETRY = { task_age_limit: 3600, min_backoff_seconds: 0.5, max_backoff_seconds: 60, max_doublings: 3 };

export const QUEUE_SAMPLES: { [Name in keyof Required<NewQueue>]: Setting<Required<NewQueue>[Name]> } = {
  mode: {
    value: 'pull',
    other: 'push',
    argument: 'mode',
    inSql: ['pull', 'push'],
    history: ['mode', 'rate', 'bucket_size', 'max_concurrent_requests'],
    inFile: { mode: 'pull' },
    describes: /mode +pull/,
    flags: ['--mode', 'pull'],
  },
  rate: {
    value: '7/m',
    other: '8/m',
    argument: 'rate',
    inSql: ['7/m', '8/m'],
    history: ['rate'],
    inFile: { rate: '7/m' },
    describes: /rate +7\/m/,
    flags: ['--rate', '7/m'],
  },
  bucketSize: {
    value: 7,
    other: 8,
    argument: 'bucket_size',
    inSql: [7, 8],
    history: ['bucket_size'],
    inFile: { bucket_size: 7 },
    describes: /bucket size +7/,
    flags: ['--bucket-size', '7'],
  },
  maxConcurrentRequests: {
    value: 70,
    other: 80,
    argument: 'max_concurrent_requests',
    inSql: [70, 80],
    history: ['max_concurrent_requests'],
    inFile: { max_concurrent_requests: 70 },
    describes: /max concurrent requests +70/,
    flags: ['--max-concurrent-requests', '70'],
  },
  target: {
    value: 'here',
    other: 'there',
    argument: 'target',
    inSql: ['here', 'there'],
    history: ['target'],
    inFile: { target: 'here' },
    describes: /target +here/,
    flags: ['--target', 'here'],
  },
  retry: {
    value: { taskRetryLimit: 7, taskAgeLimit: 3600, minBackoffSeconds: 0.5, maxBackoffSeconds: 60, maxDoublings: 3 },
    other: { taskRetryLimit: 8, taskAgeLimit: 3600, minBackoffSeconds: 0.5, maxBackoffSeconds: 60, maxDoublings: 3 },
    argument: 'retry',
    inSql: [
      { ...RETRY, task_retry_limit: 7 },
      { ...RETRY, task_retry_limit: 8 },
    ],
    history: ['task_retry_limit'],
    inFile: { retry_parameters: { ...RETRY, task_retry_limit: 7, task_age_limit: '3600s' } },
    describes: /retry +task_retry_limit 7/,
    flags: [
      ...['--task-retry-limit', '7', '--task-age-limit', '1h', '--min-backoff-seconds', '500ms'],
      ...['--max-backoff-seconds', '1m', '--max-doublings', '3'],
    ],
  },
  acl: {
    value: [{ user_email: 'a@example.com' }, { writer_email: 'c@example.com' }],
    other: [{ writer_email: 'b@example.com' }],
    argument: 'acl',
    inSql: [
      '[{"user_email": "a@example.com"}, {"writer_email": "c@example.com"}]',
      '[{"writer_email": "b@example.com"}]',
    ],
    history: ['acl'],
    inFile: { acl: [{ user_email: 'a@example.com' }, { writer_email: 'c@example.com' }] },
    describes: /acl +user_email a@example\.com/,
    beside: { mode: 'pull' },
    flags: ['--mode', 'pull', '--user', 'a@example.com', '--writer', 'c@example.com'],
  },
  tombstoneTtlSeconds: {
    value: 86_400,
    other: 3_600,
    argument: 'tombstone_ttl',
    inSql: ['1 day', '1 hour'],
    history: ['tombstone_ttl'],
    inFile: null,
    describes: /reusable after +1d/,
    flags: ['--tombstone-ttl', '1d'],
  },
  deadRetentionSeconds: {
    value: 86_400,
    other: 3_600,
    argument: 'dead_retention',
    inSql: ['1 day', '1 hour'],
    history: ['dead_retention'],
    inFile: { dead_retention: '86400s' },
    describes: /dead tasks kept for +1d/,
    flags: ['--dead-retention', '1d'],
  },
  attemptRetentionSeconds: {
    value: 86_400,
    other: 3_600,
    argument: 'attempt_retention',
    inSql: ['1 day', '1 hour'],
    history: ['attempt_retention'],
    inFile: { attempt_retention: '86400s' },
    describes: /attempts kept for +1d/,
    flags: ['--attempt-retention', '1d'],
  },
  keepCompleted: {
    value: '12.5%',
    other: 'all',
    argument: 'keep_completed',
    inSql: ['12.5%', 'all'],
    history: ['keep_completed'],
    inFile: { keep_completed: '12.5%' },
    describes: /completed tasks kept +12\.5%, for 7d/,
    flags: ['--keep-completed', '12.5%'],
  },
  completedRetentionSeconds: {
    value: 86_400,
    other: 3_600,
    argument: 'completed_retention',
    inSql: ['1 day', '1 hour'],
    history: ['completed_retention'],
    inFile: { completed_retention: '86400s' },
    describes: /completed tasks kept +all, for 1d/,
    beside: { keepCompleted: 'all' },
    flags: ['--keep-completed', 'all', '--completed-retention', '1d'],
  },
  onDead: {
    value: { queue: 'ops', url: '/dead' },
    other: { queue: 'ops' },
    argument: 'on_dead',
    inSql: ['{"queue": "ops", "url": "/dead"}', '{"queue": "ops"}'],
    history: ['on_dead'],
    inFile: { on_dead: { queue: 'ops', url: '/dead' } },
    describes: /notices of dead tasks +ops \/dead/,
    flags: ['--on-dead-queue', 'ops', '--on-dead-url', '/dead'],
  },
};
