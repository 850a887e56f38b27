// The columns of functions and views, as this package selects them. The text of a timestamptz, an interval or a double
// precision depends on settings of the session, the role and the database (DateStyle, IntervalStyle,
// extra_float_digits). So none of these types is selected: moments are returned as whole microseconds since 1970, the
// others as numeric, whose text is the same everywhere.

import type { FunctionName } from './functions.ts';
import type { TaskQueueViews } from './views.ts';

/** A timestamptz as microseconds since 1970. */
export const microseconds = (moment: string) =>
  `(extract(epoch from ${moment}) operator(pg_catalog.*) 1000000)::bigint`;

/**
 * The same at a lower cost, for the many rows of leases and claims; exact until 2041, and never compared in the
 * database.
 */
export const quickMicroseconds = (moment: string) =>
  `(pg_catalog.date_part('epoch', ${moment}) operator(pg_catalog.*) 1000000)::bigint`;

/** Microseconds since 1970 as a timestamptz. */
export const momentOf = (parameter: string) =>
  `('epoch'::pg_catalog.timestamptz operator(pg_catalog.+)
   (${parameter}::bigint operator(pg_catalog.*) interval '1 microsecond'))`;

const moments = (...names: string[]) => names.map((name) => `${microseconds(`"${name}"`)} as "${name}"`);
const quickMoments = (...names: string[]) => names.map((name) => `${quickMicroseconds(`"${name}"`)} as "${name}"`);
/** For moments that a person may have set to infinity; null stands for that, no end. */
const ends = (...names: string[]) =>
  plain(names.join(' ')).map((name) => {
    const moment = microseconds(name);
    return `case when pg_catalog.isfinite(${name}) then ${moment} end as ${name}`;
  });
const decimals = (...names: string[]) => names.map((name) => `"${name}"::numeric as "${name}"`);
const intervals = (...names: string[]) => names.map((name) => `extract(epoch from "${name}") as "${name}"`);
const plain = (names: string) => names.split(' ').map((name) => `"${name}"`);
const list = (...columns: string[][]) => columns.flat().join(', ');

const TASK = list(plain('queue name'), moments('eta', 'created'), plain('existed'));
const LEASED = list(
  plain('queue name'),
  quickMoments('eta', 'created'),
  plain('payload tag retry_count lease_token headers'),
);
// The id is text, because an application may have told pg to parse bigint as a number, which would lose digits.
const DISPATCH = list(
  ['id::pg_catalog.text as "id"'],
  plain('queue name url method headers body target namespace http http_target'),
  ['eta', 'created'].map((name) => `${quickMicroseconds(name)} as "${name}_microseconds"`),
  plain('retry_count execution_count non_5xx_execution_count previous_response retry_reason lease_token forced'),
  ['(dispatch_deadline operator(pg_catalog.*) 1000000)::bigint as "dispatch_deadline_microseconds"'],
);
const CLOUD_TASK = list(
  plain('name http target url method headers body body_bytes'),
  moments('schedule_time', 'created'),
  decimals('dispatch_deadline'),
  plain('retry dispatch_count response_count'),
  moments('first_attempt', 'last_scheduled', 'last_dispatched', 'last_answered'),
  plain('last_status position tag'),
);
const NEW_CLOUD_TASK = list(plain('name headers retry'), moments('schedule_time', 'created'));
const CLOUD_QUEUE = list(
  plain('name mode project location rate_per_second bucket_size max_concurrent_requests retry target state'),
  moments('purge_time'),
  plain('http_target logging_ratio'),
  intervals('tombstone_ttl'),
);
const STATUS = list(
  plain('queue name state'),
  moments('eta', 'created'),
  plain('method url target tag namespace retry_count'),
  moments('lease_until'),
  plain('last_status size'),
);
const FOUND = list([STATUS], plain('statuses'), decimals('seconds'), plain('looked_at position'));
const DEAD = list(
  plain('queue name reason retry_count last_status method url target tag namespace size error response notice_error'),
  moments('died', 'created', 'first_attempt', 'expires', 'noticed'),
);
const SETTINGS = list(
  plain('name mode rate bucket_size max_concurrent_requests target retry'),
  intervals('tombstone_ttl'),
  plain('acl state paused_reason'),
  ends('paused_until'),
  moments('created'),
  intervals('dead_retention', 'attempt_retention', 'completed_retention'),
  plain('keep_completed on_dead'),
);

const FIGURES = [
  ...plain('succeeded_last_minute failed_last_minute dead_last_minute due scheduled condition'),
  ...moments('oldest_due'),
];

/** For functions that return such types. From all others, every column is selected. */
const OF_FUNCTIONS: Partial<Record<FunctionName, string>> = {
  add: TASK,
  requeue_task: TASK,
  run_cron: TASK,
  add_tasks: list(plain('index name result'), moments('eta', 'created')),
  add_payloads: list(plain('index name result'), quickMoments('eta', 'created')),
  relay_tasks: list(plain('index name result'), moments('eta', 'created')),
  lease_tasks: LEASED,
  lease_tasks_by_tag: LEASED,
  modify_task_lease: LEASED,
  modify_task_lease_by_eta: LEASED,
  peek_task: LEASED,
  modify_task_leases: list(plain('name'), moments('eta')),
  create_queue: SETTINGS,
  update_queue: SETTINGS,
  pause_queue: SETTINGS,
  resume_queue: SETTINGS,
  list_tasks: STATUS,
  describe_task: STATUS,
  find_tasks: FOUND,
  list_dead_tasks: list([DEAD], plain('position')),
  find_tombstones: list(plain('queue name'), moments('ended', 'expires'), plain('looked_at position')),
  describe_tasks: FOUND,
  task_details: list(
    plain('headers'),
    decimals('dispatch_deadline'),
    plain('retry own_retry'),
    moments('first_attempt'),
  ),
  task_outcome: list(plain('outcome attempts reason error'), moments('ended')),
  explain_task: list(plain('reason detail'), ends('until'), plain('remedy')),
  queue_statistics: list(
    plain('queue tasks'),
    moments('oldest_eta'),
    plain('executed_last_minute executed_last_hour in_flight'),
    decimals('enforced_rate'),
    FIGURES,
  ),
  live_queues: list(
    plain('queue mode rate bucket_size max_concurrent_requests target state paused_reason paused_by condition'),
    decimals('rate_per_second', 'enforced_rate'),
    moments('since', 'noted', 'sampled', 'oldest_due'),
    ends('paused_until'),
    plain(
      'tokens in_flight executed started succeeded failed throttled server_error no_answer dead due scheduled tasks',
    ),
    plain('started_recently executed_recently succeeded_recently failed_recently'),
  ),
  queue_chart: list(
    moments('at'),
    plain('started succeeded client_error server_error no_answer dead tasks'),
    ['lag', 'duration'].map((name) => `"${name}"::numeric[]::pg_catalog.text[] as "${name}"`),
  ),
  queue_leases: list(plain('tag tasks'), moments('taken', 'ends')),
  queue_tags: list(plain('tag free leased'), moments('oldest')),
  depth_history: list(plain('queue tasks'), moments('at')),
  deleted_queues: list(plain('queue'), moments('deleted', 'free')),
  export_tasks: list(plain('number batch tasks'), ['"content"::pg_catalog.text as "content"'], plain('more')),
  histogram_quantile: list(decimals('histogram_quantile')),
  create_cloud_task: NEW_CLOUD_TASK,
  create_cloud_tasks: NEW_CLOUD_TASK,
  get_cloud_task: CLOUD_TASK,
  list_cloud_tasks: CLOUD_TASK,
  run_cloud_task: CLOUD_TASK,
  lease_cloud_tasks: CLOUD_TASK,
  modify_cloud_lease: CLOUD_TASK,
  create_cloud_queue: CLOUD_QUEUE,
  update_cloud_queue: CLOUD_QUEUE,
  change_cloud_queue: CLOUD_QUEUE,
  list_cloud_queues: CLOUD_QUEUE,
  claim_tasks: DISPATCH,
  claim_forced_tasks: DISPATCH,
  forced_queues: list(plain('queue tasks')),
  claimed_tasks: DISPATCH,
  fail_task: list(plain('outcome'), moments('eta')),
  fail_tasks: list(plain('index'), plain('outcome')),
  next_due: list(moments('next_due')),
  clock: list(moments('clock')),
  advance_floor: list(moments('advance_floor')),
  dispatcher_queues: list(
    plain('id name mode bucket_size max_concurrent_requests running in_flight rate_since purged claimers'),
    decimals('rate', 'enforced_rate', 'rested_seconds'),
  ),
  due_crons: list(plain('id schedule timezone'), moments('since', 'next_run', 'now'), plain('active')),
};

/** For the views that this package reads. */
const OF_VIEWS = {
  queues: list(
    [SETTINGS],
    plain('tasks'),
    moments('oldest_eta'),
    plain('executed_last_minute in_flight'),
    decimals('enforced_rate'),
    FIGURES,
  ),
  dead_tasks: DEAD,
  completed_tasks: list(
    plain('queue name tag attempts url target namespace'),
    moments('created', 'first_attempt', 'completed', 'expires'),
  ),
  attempts: list(
    plain('queue name attempt status reason error response dispatcher url'),
    moments('started', 'ended'),
    decimals('seconds'),
  ),
  targets: list(plain('name url max_concurrent'), moments('created')),
  allowed_urls: list(plain('entry'), moments('created')),
  keys: list(plain('target reference'), moments('created'), ends('expires')),
  audit: list(plain('id actor via act object before after reason request_id'), moments('at')),
  tokens: list(plain('id email scopes rights queues'), moments('created'), ends('expires')),
  settings: list(plain('name value bytes used'), moments('measured')),
  crons: list(
    plain('name description url queue calls_url schedule timezone target retry_parameters attempt_deadline catch_up'),
    moments('since', 'next_run', 'last_run'),
    plain('last_task last_result last_status state problem'),
  ),
  tombstones: list(plain('queue name'), moments('ended', 'expires')),
  jobs: list(
    plain('id queue act filter names tasks done skipped looked_at state problem actor reason'),
    moments('created', 'advanced', 'ended'),
  ),
  exports: list(plain('queue batches tasks destination'), moments('since')),
} satisfies { [View in keyof TaskQueueViews as View extends `taskqueue.${infer Name}` ? Name : never]?: string };

/** The views that this package reads. */
export type ViewName = keyof typeof OF_VIEWS;

/** The columns of `made`, the row that add returns. */
const OF_MADE = list(
  ['queue', 'name'].map((name) => `(r.made)."${name}" as "${name}"`),
  ['eta', 'created'].map((name) => `${quickMicroseconds(`(r.made)."${name}"`)} as "${name}"`),
  ['(r.made)."existed" as "existed"'],
);

/**
 * A select from a function. The row of `add`, which is called most often, is made in the select list: in FROM,
 * PostgreSQL would store it before it reads its columns, and an add would cost it a twentieth more.
 *
 * @param call the function with its arguments
 */
export function selectFrom(name: FunctionName, call: string): string {
  return name === 'add'
    ? `select ${OF_MADE} from (select ${call} as made) as r`
    : `select ${columnsOfFunction(name)} from ${call}`;
}

/** The columns to select from a function. */
export function columnsOfFunction(name: FunctionName): string {
  return OF_FUNCTIONS[name] ?? '*';
}

/** The columns to select from a view. */
export function columnsOfView(name: ViewName): string {
  return OF_VIEWS[name];
}
