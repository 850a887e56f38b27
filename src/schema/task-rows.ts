// The rows of the functions that show one task.

import type { BigintValue, TimestampValue } from './column-values.ts';

/** The status of a task. */
export interface TaskStatusRow {
  queue: string;
  name: string;
  state: 'scheduled' | 'due' | 'dispatched' | 'leased' | 'retrying';
  eta: TimestampValue;
  created: TimestampValue;
  method: string;
  url: string | null;
  target: string | null;
  tag: string | null;
  namespace: string | null;
  retry_count: number;
  lease_until: TimestampValue | null;
  last_status: number | null;
  size: BigintValue;
}

export interface ExplanationRow {
  reason: string;
  detail: string;
  until: TimestampValue | null;
  remedy: string | null;
}

export interface TaskDetailsRow {
  headers: Record<string, string> | null;
  dispatch_deadline: number | null;
  retry: Record<string, number>;
  own_retry: boolean;
  first_attempt: TimestampValue | null;
}

export interface TaskOutcomeRow {
  outcome: 'waiting' | 'completed' | 'dead' | 'ended' | 'gone' | 'unknown';
  ended: TimestampValue | null;
  attempts: number | null;
  reason: string | null;
  error: string | null;
}

/** A task that ran out of retries. */
export interface DeadTaskRow {
  queue: string;
  name: string;
  died: TimestampValue;
  reason: string;
  retry_count: number;
  last_status: number | null;
  method: string;
  url: string | null;
  target: string | null;
  tag: string | null;
  namespace: string | null;
  created: TimestampValue;
  first_attempt: TimestampValue | null;
  expires: TimestampValue;
  size: BigintValue;
  error: string | null;
  response: string | null;
  noticed: TimestampValue | null;
  notice_error: string | null;
}
