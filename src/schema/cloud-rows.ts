// The rows of the functions for the Cloud Tasks API.

import type { HttpTarget, HttpTask } from '../domain/http-task.ts';
import type { IntervalValue, TimestampValue } from './column-values.ts';

export interface NewCloudTaskRow {
  name: string;
  headers: Record<string, string> | null;
  retry: Record<string, number> | null;
  schedule_time: TimestampValue;
  created: TimestampValue;
}

export interface CloudTaskRow {
  name: string;
  http: HttpTask | null;
  target: string | null;
  url: string | null;
  method: string;
  headers: Record<string, string> | null;
  body: Uint8Array | null;
  body_bytes: number | null;
  schedule_time: TimestampValue;
  created: TimestampValue;
  dispatch_deadline: number | null;
  retry: Record<string, number> | null;
  dispatch_count: number;
  response_count: number;
  first_attempt: TimestampValue | null;
  last_scheduled: TimestampValue | null;
  last_dispatched: TimestampValue | null;
  last_answered: TimestampValue | null;
  last_status: number | null;
  /** Of the row that ends a page; all else of it is null. */
  position: string | null;
  tag: string | null;
}

export interface CloudQueueRow {
  name: string;
  mode: 'push' | 'pull';
  project: string | null;
  location: string | null;
  /** A numeric, as text. */
  rate_per_second: string | null;
  bucket_size: number | null;
  max_concurrent_requests: number | null;
  retry: Record<string, number>;
  target: string | null;
  state: 'running' | 'paused' | 'disabled';
  purge_time: TimestampValue | null;
  http_target: HttpTarget | null;
  /** A numeric, as text. */
  logging_ratio: string | null;
  tombstone_ttl: IntervalValue;
}
