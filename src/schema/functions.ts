// The catalogue of the schema's public functions: their named arguments and types ('?' marks an SQL default). A test
// compares it with the database.

import { cloudFunctions } from './cloud-functions.ts';
import { consoleFunctions } from './console-functions.ts';
import { jobFunctions } from './job-functions.ts';
import { liveFunctions } from './live-rows.ts';
import { movingFunctions } from './moving-rows.ts';

/** Argument types by PostgreSQL's names; `?` marks an argument that may be omitted. */
export type ArgumentType = keyof ArgumentValues;

interface ArgumentValues {
  text: string;
  boolean: boolean;
  integer: number;
  bigint: string | number;
  'double precision': number;
  bytea: Uint8Array;
  /** JSON text: the driver would turn a JavaScript array into a PostgreSQL array. */
  jsonb: string;
  'timestamp with time zone': Date | string;
  interval: string;
  uuid: string;
  'text[]': readonly string[];
  'integer[]': readonly number[];
  'bigint[]': readonly string[];
  'bytea[]': readonly Uint8Array[];
  'uuid[]': readonly (string | null)[];
  'double precision[]': readonly number[];
}

const queueSettings = {
  mode: 'text?',
  rate: 'text?',
  bucket_size: 'integer?',
  max_concurrent_requests: 'integer?',
  target: 'text?',
  retry: 'jsonb?',
  tombstone_ttl: 'interval?',
  acl: 'jsonb?',
  dead_retention: 'interval?',
  attempt_retention: 'interval?',
  keep_completed: 'text?',
  completed_retention: 'interval?',
  on_dead: 'jsonb?',
} as const;

/** The functions, in the order of the subjects. */
export const functions = {
  add: {
    queue: 'text?',
    url: 'text?',
    method: 'text?',
    payload: 'text?',
    payload_bytes: 'bytea?',
    payload_json: 'jsonb?',
    params: 'jsonb?',
    headers: 'jsonb?',
    name: 'text?',
    tag: 'text?',
    countdown: 'double precision?',
    eta: 'timestamp with time zone?',
    target: 'text?',
    namespace: 'text?',
    dispatch_deadline: 'double precision?',
    retry: 'jsonb?',
    transactional: 'boolean?',
    if_exists: 'text?',
    wake: 'boolean?',
    service: 'text?',
  },
  add_tasks: { queue: 'text', tasks: 'jsonb', transactional: 'boolean?', wake: 'boolean?' },
  add_payloads: { queue: 'text', payloads: 'text[]', transactional: 'boolean?', wake: 'boolean?' },
  relay_tasks: { queue: 'text', names: 'text[]', tasks: 'jsonb' },
  check_tasks: { queue: 'text', tasks: 'jsonb' },
  keep_deferred: { queue: 'text', name: 'text', id: 'uuid', data: 'bytea' },
  deferred_payload: { id: 'uuid' },
  delete_deferred: { id: 'uuid' },
  lease_tasks: { queue: 'text', lease_seconds: 'double precision', max_tasks: 'integer?', max_bytes: 'bigint?' },
  lease_tasks_by_tag: {
    queue: 'text',
    lease_seconds: 'double precision',
    max_tasks: 'integer?',
    tag: 'text?',
    max_bytes: 'bigint?',
  },
  modify_task_lease: {
    queue: 'text',
    name: 'text',
    lease_token: 'uuid',
    lease_seconds: 'double precision',
    error: 'text?',
  },
  modify_task_leases: {
    queue: 'text',
    names: 'text[]',
    lease_tokens: 'uuid[]',
    lease_seconds: 'double precision[]',
    errors: 'text[]?',
  },
  delete_task: { queue: 'text', name: 'text', lease_token: 'uuid?' },
  delete_tasks: { queue: 'text', names: 'text[]', lease_tokens: 'uuid[]?' },
  run_task: { queue: 'text', name: 'text' },
  requeue_task: { queue: 'text', name: 'text' },
  requeue_tasks: { queue: 'text', max_tasks: 'integer?' },
  peek_task: { queue: 'text', name: 'text' },
  task_payload: { queue: 'text', name: 'text' },
  task_details: { queue: 'text', name: 'text' },
  task_outcome: { queue: 'text', name: 'text' },
  create_queue: { queue: 'text', ...queueSettings },
  update_queue: { queue: 'text', ...queueSettings },
  delete_queue: { queue: 'text' },
  pause_queue: { queue: 'text', reason: 'text?', until: 'timestamp with time zone?' },
  resume_queue: { queue: 'text' },
  purge_queue: { queue: 'text' },
  apply_queues: { config: 'jsonb', dry_run: 'boolean?', approved: 'jsonb?', disable_all: 'boolean?' },
  set_limits: { queues: 'integer?', tasks: 'bigint?', bytes: 'text?' },
  apply_crons: { config: 'jsonb', dry_run: 'boolean?', approved: 'jsonb?' },
  run_cron: { name: 'text' },
  set_target: { name: 'text', url: 'text', max_concurrent: 'integer?' },
  remove_target: { name: 'text' },
  allow_url: { entry: 'text' },
  disallow_url: { entry: 'text' },
  rotate_key: { target: 'text', reference: 'text', keep_old: 'interval?' },
  revoke_key: { target: 'text', reference: 'text' },
  list_tasks: { queue: 'text', max_tasks: 'integer?' },
  describe_task: { queue: 'text', name: 'text' },
  explain_task: { queue: 'text', name: 'text' },
  ...jobFunctions,
  verify: {},
  queue_statistics: { queue: 'text?' },
  histogram_quantile: { counts: 'bigint[]', quantile: 'double precision' },
  create_token: {
    email: 'text',
    scopes: 'text[]?',
    expires: 'timestamp with time zone?',
    rights: 'text[]?',
    queues: 'text[]?',
  },
  revoke_token: { id: 'text' },
  // For the server.
  check_token: { hash: 'bytea' },
  finish_task: { queue: 'text', name: 'text' },
  finish_tasks: { queue: 'text', names: 'text[]' },
  modify_task_lease_by_eta: {
    queue: 'text',
    name: 'text',
    lease_seconds: 'double precision',
    eta: 'timestamp with time zone?',
  },
  delete_task_by_eta: { queue: 'text', name: 'text', eta: 'timestamp with time zone' },
  ...cloudFunctions,
  ...consoleFunctions,
  ...liveFunctions,
  ...movingFunctions,
  // For waiting workers.
  begin_wait: { queue: 'text' },
  end_wait: { queue: 'text', queue_id: 'integer', held: 'boolean' },
  // For dispatchers.
  check_identity: {},
  pause_copied_queues: {},
  claim_tasks: { queue: 'text', max_tasks: 'integer', claimer: 'integer?' },
  claim_forced_tasks: { queue: 'text', max_tasks: 'integer', claimer: 'integer?' },
  forced_queues: { queues: 'text[]' },
  claimed_tasks: { ids: 'bigint[]', lease_tokens: 'uuid[]', forced: 'boolean' },
  complete_tasks: { queue: 'text', ids: 'bigint[]', lease_tokens: 'uuid[]' },
  fail_task: {
    queue: 'text',
    id: 'bigint',
    lease_token: 'uuid',
    status: 'integer',
    reason: 'text',
    responded: 'boolean',
    forced: 'boolean',
    retry_after: 'double precision?',
    last: 'boolean?',
  },
  fail_tasks: { failures: 'jsonb' },
  record_attempts: { attempts: 'jsonb' },
  record_blockers: { notes: 'jsonb', claimer: 'integer' },
  sweep_attempts: { keep: 'interval?' },
  sweep_completed_tasks: {},
  notify_deaths: { max_tasks: 'integer?' },
  release_tasks: { queue: 'text', ids: 'bigint[]', lease_tokens: 'uuid[]', delay_seconds: 'double precision?' },
  next_due: { queue: 'text', tag: 'text?' },
  dispatcher_queues: { counted: 'integer[]?' },
  record_statistics: { queue: 'text', executed: 'bigint', enforced: 'double precision?' },
  record_activity: { notes: 'jsonb' },
  sweep_queue: { queue: 'text' },
  clean_purged: { queue: 'text', max_tasks: 'integer?' },
  clock: {},
  open_writers: { among: 'text[]?' },
  advance_floor: { queue: 'text', horizon: 'timestamp with time zone' },
  raise_floor: { queue: 'text', floor: 'timestamp with time zone' },
  // For the scheduler.
  due_crons: {},
  plan_cron: { id: 'bigint', next_run: 'timestamp with time zone?', problem: 'text?' },
  fire_cron: {
    id: 'bigint',
    moment: 'timestamp with time zone',
    overlap: 'boolean',
    following: 'timestamp with time zone?',
  },
  unattended_queues: {},
  maintain_queue: { queue: 'text' },
} as const satisfies Record<string, Record<string, ArgumentType | `${ArgumentType}?`>>;

export type FunctionName = keyof typeof functions;

type ValueOf<Declared> = Declared extends `${infer Type extends ArgumentType}?`
  ? ArgumentValues[Type] | null | undefined
  : Declared extends ArgumentType
    ? ArgumentValues[Declared]
    : never;

type Optional<Declared> = {
  [Name in keyof Declared]: Declared[Name] extends `${string}?` ? Name : never;
}[keyof Declared];

/** The named arguments of a function; those with a default may be omitted. */
export type FunctionArguments<Name extends FunctionName> = {
  -readonly [Key in Exclude<keyof (typeof functions)[Name], Optional<(typeof functions)[Name]>>]: ValueOf<
    (typeof functions)[Name][Key]
  >;
} & { -readonly [Key in Optional<(typeof functions)[Name]>]?: ValueOf<(typeof functions)[Name][Key]> };

/** All named arguments of a function. Code that builds them must list each one, with `undefined` for those it omits. */
export type AllArguments<Name extends FunctionName> = {
  -readonly [Key in keyof (typeof functions)[Name]]: ValueOf<(typeof functions)[Name][Key]>;
};
