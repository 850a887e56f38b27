// Roles, other schema versions, and two-phase commit.

import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { PermissionDeniedError, SchemaVersionError, TaskQueues } from '../../src/index.ts';
import type { TaskQueueViews } from '../../src/kysely.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();

test('an enqueuer may add tasks and nothing else', async () => {
  const pool = new pg.Pool({ connectionString: database.url, options: '-c role=taskqueue_enqueuer' });
  const queues = new TaskQueues({ database: pool });
  const task = await queues.add({ name: 'mine' });
  await queues.add([{}, {}]);
  expect(task.name).toBe('mine');
  for (const forbidden of [() => queues.queue().purge(), () => queues.queue().pause(), () => queues.listQueues()]) {
    const error = await rejection(forbidden());
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({ code: 9, sqlState: '42501' });
  }
  await pool.end();
});

test('an enqueuer adds within its transaction, with pg and with Kysely', async () => {
  const client = await database.asRole('taskqueue_enqueuer');
  const queues = new TaskQueues({ database: database.pool });
  await client.query('begin');
  const adds = [queues.add({ url: '/a' }, { transaction: client }), queues.add({ url: '/b' }, { transaction: client })];
  await client.query('commit');
  await Promise.all(adds);
  expect(await value(database.pool, "select count(*)::int from taskqueue.tasks where url in ('/a', '/b')")).toBe(2);
});

test('prepared statements are planned once per connection, inside and outside transactions', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const queues = new TaskQueues({ database: pool, preparedStatements: true });
  await queues.add({ name: 'first' });
  await queues.add({ name: 'second' });
  const client = await pool.connect();
  await client.query('begin');
  await queues.add({ url: '/third' }, { transaction: client });
  await queues.add({ url: '/fourth' }, { transaction: client });
  await client.query('commit');
  const statements =
    "select generic_plans + custom_plans as runs from pg_prepared_statements where name like 'taskqueue_%' order by prepare_time";
  expect(await rows(client, statements)).toEqual([{ runs: '2' }, { runs: '2' }]);
  client.release();
  await pool.end();
});

test('the error for a database without the schema says how to install it', async () => {
  const queues = new TaskQueues({ database: inject('adminUrl') });
  const error = await rejection(queues.add({}));
  await queues.close();
  expect(error).toBeInstanceOf(SchemaVersionError);
  expect((error as SchemaVersionError).hint).toContain('pgtaskqueue migrate');
});

test('a transaction that will be prepared can add without a notification', async () => {
  const queues = new TaskQueues({ database: database.pool });
  const listener = await database.client();
  const heard: unknown[] = [];
  listener.on('notification', (notification) => heard.push(notification));
  await listener.query('listen taskqueue_wake');
  const client = await database.client();
  await client.query('begin');
  await queues.add({ url: '/prepared' }, { transaction: client, wake: false });
  await queues.add([{ url: '/prepared' }], { transaction: client, wake: false });
  await client.query("prepare transaction 'two-phase'");
  expect(await rows(database.pool, "select 1 from taskqueue.tasks where url = '/prepared'")).toHaveLength(0);
  await client.query("commit prepared 'two-phase'");
  expect(await rows(database.pool, "select 1 from taskqueue.tasks where url = '/prepared'")).toHaveLength(2);
  await listener.query('select 1');
  expect(heard).toEqual([]);
});

test('the types of the views match the database', async () => {
  const counts = {
    ...({ queue: 1, executed: 1, started: 1, succeeded: 1, client_error: 1, throttled: 1 } as const),
    ...({ server_error: 1, other_status: 1, no_answer: 1, unknown_target: 1, failed: 1 } as const),
    ...({ expired: 1, dead: 1, released: 1 } as const),
  };
  const columns: { [View in keyof TaskQueueViews]: Record<keyof TaskQueueViews[View], 1> } = {
    'taskqueue.queues': {
      ...{
        name: 1,
        mode: 1,
        rate: 1,
        bucket_size: 1,
        max_concurrent_requests: 1,
        tasks: 1,
        oldest_eta: 1,
        executed_last_minute: 1,
      },
      ...{
        in_flight: 1,
        enforced_rate: 1,
        state: 1,
        paused_reason: 1,
        paused_until: 1,
        target: 1,
        retry: 1,
        tombstone_ttl: 1,
        acl: 1,
        dead_retention: 1,
        attempt_retention: 1,
        keep_completed: 1,
        completed_retention: 1,
        on_dead: 1,
      },
      created: 1,
      ...{
        succeeded_last_minute: 1,
        failed_last_minute: 1,
        dead_last_minute: 1,
        due: 1,
        scheduled: 1,
        oldest_due: 1,
        condition: 1,
      },
    },
    'taskqueue.tasks': {
      ...{
        queue: 1,
        name: 1,
        state: 1,
        eta: 1,
        created: 1,
        method: 1,
        url: 1,
        target: 1,
        tag: 1,
        namespace: 1,
        retry_count: 1,
      },
      ...{ lease_until: 1, last_status: 1, size: 1 },
    },
    'taskqueue.completed_tasks': {
      ...{ queue: 1, name: 1, tag: 1, created: 1, first_attempt: 1, completed: 1, attempts: 1 },
      ...{ url: 1, target: 1, namespace: 1, expires: 1 },
    },
    'taskqueue.dead_tasks': {
      ...{
        error: 1,
        response: 1,
        queue: 1,
        name: 1,
        noticed: 1,
        notice_error: 1,
        died: 1,
        reason: 1,
        retry_count: 1,
        last_status: 1,
        method: 1,
        url: 1,
        target: 1,
        tag: 1,
        namespace: 1,
      },
      ...{ created: 1, first_attempt: 1, expires: 1, size: 1 },
    },
    'taskqueue.tombstones': { queue: 1, name: 1, ended: 1, expires: 1 },
    'taskqueue.dispatchers': { pid: 1, application_name: 1, since: 1, queues: 1 },
    'taskqueue.locks': {
      lock: 1,
      queue: 1,
      exclusive: 1,
      pid: 1,
      role: 1,
      application_name: 1,
      since: 1,
      authorized: 1,
    },
    'taskqueue.allowed_urls': { entry: 1, created: 1 },
    'taskqueue.attempts': {
      queue: 1,
      name: 1,
      attempt: 1,
      started: 1,
      ended: 1,
      seconds: 1,
      status: 1,
      reason: 1,
      error: 1,
      response: 1,
      dispatcher: 1,
      url: 1,
    },
    'taskqueue.targets': { name: 1, url: 1, max_concurrent: 1, created: 1 },
    'taskqueue.keys': { target: 1, reference: 1, created: 1, expires: 1 },
    'taskqueue.statistics': { queue: 1, minute: 1, executed: 1 },
    'taskqueue.minute_statistics': { ...counts, minute: 1, due: 1, lag: 1, duration: 1, tasks: 1 },
    'taskqueue.hourly_statistics': { ...counts, hour: 1 },
    'taskqueue.audit': {
      id: 1,
      at: 1,
      actor: 1,
      via: 1,
      act: 1,
      object: 1,
      before: 1,
      after: 1,
      reason: 1,
      request_id: 1,
    },
    'taskqueue.tokens': { id: 1, email: 1, scopes: 1, created: 1, expires: 1, rights: 1, queues: 1 },
    'taskqueue.queue_history': { id: 1, at: 1, actor: 1, queue: 1, setting: 1, before: 1, after: 1, reason: 1 },
    'taskqueue.settings': { name: 1, value: 1, bytes: 1, used: 1, measured: 1 },
    'taskqueue.crons': {
      ...{ name: 1, description: 1, url: 1, queue: 1, calls_url: 1, schedule: 1, timezone: 1, target: 1, since: 1 },
      ...{
        retry_parameters: 1,
        attempt_deadline: 1,
        catch_up: 1,
        next_run: 1,
        last_run: 1,
        last_task: 1,
        last_result: 1,
      },
      ...{ last_status: 1, state: 1, problem: 1 },
    },
    'taskqueue.jobs': {
      ...{ id: 1, queue: 1, act: 1, filter: 1, names: 1, tasks: 1, done: 1, skipped: 1, looked_at: 1, state: 1 },
      ...{ problem: 1, actor: 1, reason: 1, created: 1, advanced: 1, ended: 1 },
    },
    'taskqueue.exports': { queue: 1, batches: 1, tasks: 1, since: 1, destination: 1 },
  };
  const found = await rows<{ view: string; column: string }>(
    database.pool,
    `select 'taskqueue.' || table_name as view, column_name as column from information_schema.columns
     where table_schema = 'taskqueue' and table_name in (select viewname from pg_views where schemaname = 'taskqueue' and viewname !~ '^_')`,
  );
  const declared = Object.entries(columns).flatMap(([view, names]) =>
    Object.keys(names).map((column) => `${view}.${column}`),
  );
  expect(found.map(({ view, column }) => `${view}.${column}`).sort()).toEqual(declared.sort());
});

test('an application’s Kysely can use the views beside its own tables', async () => {
  await database.pool.query('create table orders (id int, task text)');
  const pool = new pg.Pool({ connectionString: database.url });
  const db = new Kysely<TaskQueueViews & { orders: { id: number; task: string } }>({
    dialect: new PostgresDialect({ pool }),
  });
  const queues = new TaskQueues({ database: db });
  await db.transaction().execute(async (transaction) => {
    const task = await queues.add({ url: '/confirm' }, { transaction });
    await transaction.insertInto('orders').values({ id: 1, task: task.name }).execute();
  });
  const joined = db
    .selectFrom('orders')
    .innerJoin('taskqueue.tasks as t', 't.name', 'orders.task')
    .select(['orders.id', 't.state']);
  expect(await joined.execute()).toEqual([{ id: 1, state: 'due' }]);
  await db.destroy();
});
