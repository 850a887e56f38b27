// The rows that functions return: as SQL declares them and, as Selected, as this package selects them and drivers
// return them. Applications can give drivers parsers of their own; store/values.ts handles all results.

import type { QueueCondition } from '../domain/queue.ts';
import type { CloudQueueRow, CloudTaskRow, NewCloudTaskRow } from './cloud-rows.ts';
import type { BigintValue, IntervalValue, TimestampValue } from './column-values.ts';
import type { ConsoleFunctionRows } from './console-rows.ts';
import type { DispatcherQueueRow, DispatchRow } from './dispatch-rows.ts';
import type { QueueFiguresRow } from './figures.ts';
import type { JobFunctionRows } from './job-rows.ts';
import type { MovingFunctionRows } from './moving-rows.ts';
import type { DeadTaskRow, ExplanationRow, TaskDetailsRow, TaskOutcomeRow, TaskStatusRow } from './task-rows.ts';

export type { BigintValue, IntervalValue, Selected, TimestampValue } from './column-values.ts';
export type { DeadTaskRow, TaskStatusRow } from './task-rows.ts';

export interface TaskRow {
  queue: string;
  name: string;
  eta: TimestampValue;
  created: TimestampValue;
  existed: boolean;
}

export interface AddResultRow {
  index: number;
  name: string;
  result: 'added' | 'exists' | 'tombstoned';
  eta: TimestampValue | null;
  created: TimestampValue | null;
}

export interface LeasedTaskRow {
  queue: string;
  name: string;
  eta: TimestampValue;
  created: TimestampValue;
  payload: Uint8Array | null;
  tag: string | null;
  retry_count: number;
  /** null: the task was released. */
  lease_token: string | null;
  headers: Record<string, string> | null;
}

export interface QueueRow {
  name: string;
  mode: 'push' | 'pull';
  rate: string | null;
  bucket_size: number | null;
  max_concurrent_requests: number | null;
  target: string | null;
  retry: Record<string, number> | null;
  tombstone_ttl: IntervalValue;
  acl: Record<string, string>[] | null;
  state: 'running' | 'paused' | 'disabled';
  paused_reason: string | null;
  paused_until: TimestampValue | null;
  created: TimestampValue;
  dead_retention: IntervalValue;
  attempt_retention: IntervalValue;
  keep_completed: string;
  completed_retention: IntervalValue;
  on_dead: { queue: string; url?: string } | null;
}

export interface QueueChangeRow {
  queue: string | null;
  change: 'create' | 'change' | 'pause' | 'resume' | 'disable' | 'adopt';
  setting: string;
  before: string | null;
  after: string | null;
}

export interface CronChangeRow {
  cron: string | null;
  change: 'create' | 'change' | 'remove';
  setting: string;
  before: string | null;
  after: string | null;
}

export interface DueCronRow {
  id: BigintValue;
  schedule: string;
  timezone: string;
  since: TimestampValue;
  next_run: TimestampValue | null;
  active: boolean;
  now: TimestampValue;
}

export interface QueueStatisticsRow extends QueueFiguresRow {
  queue: string;
  tasks: BigintValue;
  oldest_eta: TimestampValue | null;
  executed_last_minute: BigintValue;
  executed_last_hour: BigintValue;
  in_flight: BigintValue | null;
  enforced_rate: number | null;
  /** null: there is no such queue. */
  condition: QueueCondition | null;
}

export interface ProblemRow {
  invariant: string;
  queue: string | null;
  detail: string;
}

/** The rows of each function; a scalar result is a column with the function's name. */
export interface FunctionRows extends ConsoleFunctionRows, JobFunctionRows, MovingFunctionRows {
  add: TaskRow;
  add_tasks: AddResultRow;
  add_payloads: AddResultRow;
  relay_tasks: AddResultRow;
  keep_cloud_operation: { keep_cloud_operation: unknown };
  list_cloud_operations: { id: string; queue: string; operation: unknown };
  cloud_operation: { queue: string; operation: unknown };
  forget_cloud_operation: { forget_cloud_operation: boolean };
  cloud_locations: { cloud_locations: string };
  check_tasks: { index: number; error: string | null; message: string | null };
  keep_deferred: { keep_deferred: '' };
  deferred_payload: { deferred_payload: Uint8Array | null };
  delete_deferred: { delete_deferred: boolean };
  lease_tasks: LeasedTaskRow;
  lease_tasks_by_tag: LeasedTaskRow;
  modify_task_lease: LeasedTaskRow;
  modify_task_leases: { name: string; eta: TimestampValue };
  delete_task: { delete_task: boolean };
  delete_tasks: { name: string; deleted: boolean };
  run_task: { run_task: boolean };
  requeue_task: TaskRow;
  requeue_tasks: { requeue_tasks: BigintValue };
  peek_task: LeasedTaskRow;
  task_payload: { task_payload: Uint8Array | null };
  task_details: TaskDetailsRow;
  task_outcome: TaskOutcomeRow;
  create_queue: QueueRow;
  update_queue: QueueRow;
  delete_queue: { delete_queue: BigintValue };
  pause_queue: QueueRow;
  resume_queue: QueueRow;
  purge_queue: { purge_queue: BigintValue };
  apply_queues: QueueChangeRow;
  apply_crons: CronChangeRow;
  run_cron: TaskRow;
  set_target: { set_target: '' };
  remove_target: { remove_target: boolean };
  allow_url: { allow_url: '' };
  disallow_url: { disallow_url: boolean };
  rotate_key: { rotate_key: '' };
  revoke_key: { revoke_key: boolean };
  list_tasks: TaskStatusRow;
  describe_task: TaskStatusRow;
  explain_task: ExplanationRow;
  list_dead_tasks: DeadTaskRow & { position: string };
  verify: ProblemRow;
  queue_statistics: QueueStatisticsRow;
  histogram_quantile: { histogram_quantile: number | null };
  create_token: { id: string; token: string };
  revoke_token: { revoke_token: boolean };
  check_token: { email: string; scopes: string[]; id: string; rights: string[]; queues: string[] };
  finish_task: { finish_task: boolean };
  finish_tasks: { name: string; result: 'deleted' | 'tombstoned' | 'unknown' };
  modify_task_lease_by_eta: LeasedTaskRow;
  delete_task_by_eta: { delete_task_by_eta: '' };
  create_cloud_task: NewCloudTaskRow;
  create_cloud_tasks: NewCloudTaskRow;
  get_cloud_task: CloudTaskRow;
  list_cloud_tasks: CloudTaskRow;
  delete_cloud_task: { delete_cloud_task: '' };
  run_cloud_task: CloudTaskRow;
  lease_cloud_tasks: CloudTaskRow;
  modify_cloud_lease: CloudTaskRow;
  create_cloud_queue: CloudQueueRow;
  update_cloud_queue: CloudQueueRow;
  change_cloud_queue: CloudQueueRow;
  list_cloud_queues: CloudQueueRow;
  begin_wait: { id: number; state: 'held' | 'rung' | 'open' };
  end_wait: { end_wait: '' };
  check_identity: { check_identity: 'known' | 'copied' | 'joined' | 'pending' | 'promoted' };
  pause_copied_queues: { pause_copied_queues: number };
  claim_tasks: DispatchRow;
  claim_forced_tasks: DispatchRow;
  forced_queues: { queue: string; tasks: number };
  claimed_tasks: DispatchRow;
  complete_tasks: { complete_tasks: BigintValue };
  fail_task: { outcome: 'retry' | 'dead' | 'stale'; eta: TimestampValue | null };
  fail_tasks: { index: number; outcome: 'retry' | 'dead' | 'stale' };
  record_attempts: { record_attempts: '' };
  record_blockers: { record_blockers: '' };
  sweep_attempts: { sweep_attempts: '' };
  sweep_completed_tasks: { sweep_completed_tasks: '' };
  notify_deaths: { notify_deaths: number | null };
  release_tasks: { release_tasks: BigintValue };
  next_due: { next_due: TimestampValue | null };
  dispatcher_queues: DispatcherQueueRow;
  record_statistics: { record_statistics: '' };
  record_activity: { record_activity: '' };
  set_limits: { set_limits: '' };
  sweep_queue: { sweep_queue: BigintValue };
  clean_purged: { clean_purged: BigintValue };
  clock: { clock: TimestampValue };
  open_writers: { open_writers: string[] };
  advance_floor: { advance_floor: TimestampValue | null };
  raise_floor: { raise_floor: '' };
  due_crons: DueCronRow;
  plan_cron: { plan_cron: '' };
  unattended_queues: { unattended_queues: string };
  maintain_queue: { maintain_queue: BigintValue };
  fire_cron: { fire_cron: 'added' | 'missed' | 'overlapping' | 'early' | 'gone' | 'failed' };
}
