// The functions that the console calls once a second, and their rows, as functions.ts and rows.ts list all others.

import type { QueueCondition } from '../domain/queue.ts';
import type { BigintValue, TimestampValue } from './column-values.ts';

export const liveFunctions = {
  live_queues: {},
  deleted_queues: {},
  console_counts: {},
  depth_history: { queues: 'text[]' },
  queue_chart: { queue: 'text', seconds: 'integer', step: 'integer' },
  queue_leases: { queue: 'text' },
  queue_tags: { queue: 'text' },
} as const;

export interface LiveQueueRow {
  queue: string;
  mode: 'push' | 'pull';
  rate: string | null;
  rate_per_second: number | null;
  bucket_size: number | null;
  max_concurrent_requests: number | null;
  target: string | null;
  state: 'running' | 'paused' | 'disabled';
  since: TimestampValue | null;
  paused_reason: string | null;
  paused_until: TimestampValue | null;
  paused_by: string | null;
  condition: QueueCondition;
  enforced_rate: number | null;
  noted: TimestampValue | null;
  tokens: number;
  in_flight: number;
  executed: BigintValue;
  started: BigintValue;
  succeeded: BigintValue;
  failed: BigintValue;
  throttled: BigintValue;
  server_error: BigintValue;
  no_answer: BigintValue;
  dead: BigintValue;
  started_recently: BigintValue;
  executed_recently: BigintValue;
  succeeded_recently: BigintValue;
  failed_recently: BigintValue;
  sampled: TimestampValue | null;
  due: number | null;
  scheduled: number | null;
  oldest_due: TimestampValue | null;
  tasks: BigintValue | null;
}

export interface DeletedQueueRow {
  queue: string;
  deleted: TimestampValue;
  free: TimestampValue;
}

export interface ConsoleCountsRow {
  dead: BigintValue;
  tombstones: BigintValue;
  crons: BigintValue;
  dispatchers: BigintValue;
  targets: BigintValue;
}

export interface DepthHistoryRow {
  queue: string;
  at: TimestampValue;
  tasks: BigintValue;
}

export interface QueueChartRow {
  at: TimestampValue;
  started: BigintValue;
  succeeded: BigintValue;
  client_error: BigintValue;
  server_error: BigintValue;
  no_answer: BigintValue;
  dead: BigintValue;
  tasks: BigintValue | null;
  lag: number[] | null;
  duration: number[] | null;
}

export interface QueueLeaseRow {
  tag: string | null;
  taken: TimestampValue;
  ends: TimestampValue;
  tasks: BigintValue;
}

export interface QueueTagRow {
  tag: string | null;
  free: BigintValue;
  leased: BigintValue;
  oldest: TimestampValue | null;
}
