// The types of the public views, for Kysely.

import type { QueueCondition } from '../domain/queue.ts';
import type { QueueFiguresRow } from './figures.ts';
import type { JobsView } from './job-rows.ts';
import type { ExportsView } from './moving-rows.ts';
import type { BigintValue, DeadTaskRow, IntervalValue, QueueRow, TaskStatusRow, TimestampValue } from './rows.ts';

export interface QueuesView extends QueueRow, QueueFiguresRow {
  tasks: BigintValue;
  oldest_eta: TimestampValue | null;
  executed_last_minute: BigintValue;
  in_flight: BigintValue;
  enforced_rate: number | null;
  condition: QueueCondition;
}

export type TasksView = TaskStatusRow;

export type DeadTasksView = DeadTaskRow;

export interface CompletedTasksView {
  queue: string;
  name: string;
  tag: string | null;
  created: TimestampValue;
  first_attempt: TimestampValue | null;
  completed: TimestampValue;
  attempts: number;
  url: string | null;
  target: string | null;
  namespace: string;
  expires: TimestampValue;
}

export interface AttemptsView {
  queue: string;
  name: string;
  attempt: number;
  started: TimestampValue;
  ended: TimestampValue;
  seconds: number;
  status: number;
  reason: string | null;
  error: string | null;
  response: string | null;
  dispatcher: string | null;
  url: string | null;
}

export interface TombstonesView {
  queue: string;
  name: string;
  ended: TimestampValue;
  expires: TimestampValue;
}

export interface DispatchersView {
  pid: number;
  application_name: string;
  since: TimestampValue;
  queues: string[];
}

export interface LocksView {
  lock: string;
  queue: string | null;
  exclusive: boolean;
  pid: number;
  role: string;
  application_name: string;
  since: TimestampValue | null;
  authorized: boolean;
}

export interface TargetsView {
  name: string;
  url: string;
  max_concurrent: number | null;
  created: TimestampValue;
}

export interface AllowedUrlsView {
  entry: string;
  created: TimestampValue;
}

export interface KeysView {
  target: string;
  reference: string;
  created: TimestampValue;
  expires: TimestampValue | null;
}

export interface StatisticsView {
  queue: string;
  minute: TimestampValue;
  executed: BigintValue;
}

/** Counts of a minute or an hour. */
interface Counts {
  queue: string;
  executed: BigintValue;
  started: BigintValue;
  succeeded: BigintValue;
  client_error: BigintValue;
  throttled: BigintValue;
  server_error: BigintValue;
  other_status: BigintValue;
  no_answer: BigintValue;
  unknown_target: BigintValue;
  failed: BigintValue;
  expired: BigintValue;
  dead: BigintValue;
  released: BigintValue;
}

export interface MinuteStatisticsView extends Counts {
  minute: TimestampValue;
  due: number | null;
  lag: BigintValue[] | null;
  duration: BigintValue[] | null;
  tasks: BigintValue | null;
}

export interface HourlyStatisticsView extends Counts {
  hour: TimestampValue;
}

export interface AuditView {
  id: BigintValue;
  at: TimestampValue;
  actor: string;
  via: string;
  act: string;
  object: string;
  before: unknown;
  after: unknown;
  reason: string | null;
  request_id: string | null;
}

export interface TokensView {
  id: string;
  email: string;
  scopes: string[];
  created: TimestampValue;
  expires: TimestampValue | null;
  rights: string[];
  queues: string[];
}

export interface QueueHistoryView {
  id: BigintValue;
  at: TimestampValue;
  actor: string;
  queue: string | null;
  setting: string;
  before: string | null;
  after: string | null;
  reason: string | null;
}

export interface SettingsView {
  name: string;
  value: string;
  bytes: BigintValue | null;
  used: BigintValue | null;
  measured: TimestampValue | null;
}

export interface CronsView {
  name: string;
  description: string | null;
  url: string | null;
  queue: string;
  calls_url: boolean;
  schedule: string;
  timezone: string;
  target: string | null;
  retry_parameters: Record<string, number | string> | null;
  attempt_deadline: string | null;
  catch_up: boolean;
  since: TimestampValue;
  next_run: TimestampValue | null;
  last_run: TimestampValue | null;
  last_task: string | null;
  last_result: 'running' | 'succeeded' | 'failed' | null;
  last_status: number | null;
  state: 'running' | 'paused' | 'disabled' | 'no queue';
  problem: string | null;
}

/**
 * The views as a Kysely database type, to be combined with the application's own.
 *
 * @example
 * const db = new Kysely<Application & TaskQueueViews>({ dialect })
 * await db.selectFrom('taskqueue.tasks').select(['name', 'state']).where('queue', '=', 'mail').execute()
 */
export interface TaskQueueViews {
  'taskqueue.queues': QueuesView;
  'taskqueue.tasks': TasksView;
  'taskqueue.dead_tasks': DeadTasksView;
  'taskqueue.completed_tasks': CompletedTasksView;
  'taskqueue.attempts': AttemptsView;
  'taskqueue.tombstones': TombstonesView;
  'taskqueue.dispatchers': DispatchersView;
  'taskqueue.locks': LocksView;
  'taskqueue.targets': TargetsView;
  'taskqueue.allowed_urls': AllowedUrlsView;
  'taskqueue.keys': KeysView;
  'taskqueue.audit': AuditView;
  'taskqueue.statistics': StatisticsView;
  'taskqueue.minute_statistics': MinuteStatisticsView;
  'taskqueue.hourly_statistics': HourlyStatisticsView;
  'taskqueue.tokens': TokensView;
  'taskqueue.queue_history': QueueHistoryView;
  'taskqueue.settings': SettingsView;
  'taskqueue.crons': CronsView;
  'taskqueue.jobs': JobsView;
  'taskqueue.exports': ExportsView;
}

export type { BigintValue, IntervalValue, TimestampValue };
