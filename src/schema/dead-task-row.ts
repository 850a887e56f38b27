// A row of the view of dead tasks.

import type { BigintValue, TimestampValue } from './column-values.ts';

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
