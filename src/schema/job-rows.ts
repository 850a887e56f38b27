// The rows of the functions that find tasks, and act on many of them.

import type { BigintValue, TimestampValue } from './column-values.ts';

export interface JobFunctionRows {
  find_tasks: FoundTaskRow;
  count_tasks: TaskCountRow;
  describe_tasks: FoundTaskRow;
  find_tombstones: FoundNameRow;
  create_job: { create_job: BigintValue };
  cancel_job: { cancel_job: boolean };
  advance_job: { job: BigintValue; running: boolean };
  count_dead_tasks: { count_dead_tasks: BigintValue };
  delete_dead_task: { delete_dead_task: boolean };
  release_name: { release_name: '' };
}

/** A task; or the end of a page, of which all but looked_at and position is null. */
export interface FoundTaskRow {
  queue: string;
  /** null: this is the end of the page. */
  name: string | null;
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
  statuses: number[] | null;
  seconds: number | null;
  looked_at: BigintValue | null;
  position: string | null;
}

/** A tombstone; or the end of a page, of which all but looked_at and position is null. */
export interface FoundNameRow {
  queue: string;
  name: string | null;
  ended: TimestampValue;
  expires: TimestampValue;
  looked_at: BigintValue | null;
  position: string | null;
}

export interface TaskCountRow {
  tasks: BigintValue;
  looked_at: BigintValue;
  position: string | null;
}

export interface JobsView {
  id: BigintValue;
  queue: string;
  act: 'run' | 'delete' | 'requeue' | 'delete_dead';
  filter: Record<string, string | number> | null;
  names: string[] | null;
  tasks: BigintValue;
  done: BigintValue;
  skipped: BigintValue;
  looked_at: BigintValue;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  problem: string | null;
  actor: string | null;
  reason: string | null;
  created: TimestampValue;
  advanced: TimestampValue;
  ended: TimestampValue | null;
}
