// The plans of the hot statements can't turn: an index of _tasks and nothing else, however small, bloated, fresh or large the table is.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { row, rows, value } from '../support/sql.ts';
import { explaining, plansOf, turned } from './explained.ts';

const db = useDatabase();
const MANY = 1_000_000;
const PAGE = path.resolve(import.meta.dirname, '../../docs/operate/questions.md');
/** A name of no task. */
const GENERATED = 'task-00000000000070008000000000000001';
/** Rows are visited, and locked, in the order of their ids. */
const BY_ID =
  /(Update|Delete|LockRows).*\n(.*\n)*?\s+-> {2}Index Scan using _tasks_pkey on _tasks t.*\n\s+Index Cond: \(id = ANY/;
const TOKEN = '00000000-0000-7000-8000-000000000000';

/** Those of the page, but the one that says that it reads everything. */
const QUESTIONS = [...fs.readFileSync(PAGE, 'utf8').matchAll(/^-- \d+\. .*\n([^;]+);$/gm)]
  .map(([, question = '']) => question.replaceAll(`'mail'`, `'push'`))
  .filter((question) => !question.includes('verify'));

/** Tasks with ids below zero, so that no task that is added gets the id of one. */
const fill = (queue: string, tasks: number) =>
  db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, body)
     select (select least(min(id), 0) from taskqueue._tasks) - n, clock_timestamp() - interval '1 hour' + n * interval '1 ms', clock_timestamp(), q.id, '\\x00'
     from taskqueue._queues as q, generate_series(1, $2::integer) as n where q.name = $1`,
    [queue, tasks],
  );

const states: [string, () => Promise<unknown>][] = [
  ['an empty table', async () => {}],
  ['a table analysed while it was empty', () => db.pool.query('analyze taskqueue._tasks')],
  [
    'a thousand tasks, analysed',
    async () => {
      await fill('push', 500);
      await fill('pull', 500);
      await db.pool.query('analyze taskqueue._tasks');
    },
  ],
  [
    'a bloated table',
    async () => {
      await fill('push', 20_000);
      await fill('pull', 20_000);
      await db.pool.query('delete from taskqueue._tasks');
      await fill('push', 50);
      await fill('pull', 50);
    },
  ],
  ['a bloated table, analysed', () => db.pool.query('analyze taskqueue._tasks')],
  [
    'a million tasks, never analysed',
    async () => {
      await fill('push', MANY / 2);
      await fill('pull', MANY / 2);
    },
  ],
  ['a million tasks, analysed', () => db.pool.query('analyze taskqueue._tasks')],
  [
    'a few tasks among a million dead ones that a held snapshot keeps, vacuumed and analysed',
    async () => {
      const held = await db.client();
      await held.query('begin isolation level repeatable read');
      await held.query('select count(*) from taskqueue._tasks');
      await db.pool.query('delete from taskqueue._tasks');
      await fill('push', 5);
      await fill('pull', 5);
      await db.pool.query('vacuum analyze taskqueue._tasks');
      await held.query('rollback');
      await fill('push', 500);
      await fill('pull', 500);
    },
  ],
];

test('the page asks ten questions', () => {
  expect(QUESTIONS).toHaveLength(9);
});

beforeAll(async () => {
  await db.pool.query(`alter table taskqueue._tasks set (autovacuum_enabled = off)`);
  await db.pool.query('select taskqueue._epoch()'); // once for a copy, as which each test's database begins: it reads the last id
  await db.pool.query(
    `select taskqueue.create_queue('push', rate => '500/s'), taskqueue.create_queue('pull', mode => 'pull')`,
  );
});

test('a queue is found by its name, deleted or not, however many there are', async () => {
  const other = await explaining(db);
  await other.query('begin');
  await other.query(
    `insert into taskqueue._queues (name, mode, rate, rate_per_second, bucket_size, max_concurrent_requests, retry, tombstone_ttl, created, rate_since)
     select 'many-' || n, 'push', '1/s', 1, 1, 1, q.retry, q.tombstone_ttl, q.created, q.rate_since from taskqueue._queues as q, generate_series(1, 5000) as n where q.name = 'default'`,
  );
  await other.query('analyze taskqueue._queues');
  for (const statement of [`select taskqueue.create_queue('another')`, `select taskqueue.pause_queue('many-17')`]) {
    expect(await plansOf(other, statement)).not.toContain('Seq Scan on _queues');
  }
  await other.query('rollback');
});

describe.each(states)('%s', (_, prepare) => {
  let client: pg.Client;
  beforeAll(async () => {
    await prepare();
    client = await explaining(db);
  });

  test.each([
    ['claim', `select * from taskqueue.claim_tasks('push', 100)`],
    ['lease', `select * from taskqueue.lease_tasks('pull', 60, 100)`],
    ['lease by tag', `select * from taskqueue.lease_tasks_by_tag('pull', 60, 100)`],
    ['lease of Cloud Tasks', `select * from taskqueue.lease_cloud_tasks('pull', 'p', 'l', 60, 100)`],
    ['next due', `select taskqueue.next_due('push')`],
    ['floor loop', `select taskqueue.advance_floor('pull', clock_timestamp() - interval '200 ms')`],
    ['in flight', `select * from taskqueue.dispatcher_queues()`],
    ['count', `select tasks, oldest_eta from taskqueue.queues`],
    ['list', `select * from taskqueue.list_tasks('push', 10)`],
    ['page of Cloud Tasks', `select * from taskqueue.list_cloud_tasks('push', 'p', 'l', max_tasks => 10)`],
    ['explain', `select * from taskqueue.explain_task('push', (select name from taskqueue.list_tasks('push', 1)))`],
    ['sweep', `select taskqueue.sweep_queue('push')`],
  ])('%s', async (_, statement) => {
    const plans = await plansOf(client, statement);
    expect(plans).toMatch(/Index (Only )?Scan using _tasks_due on _tasks/);
    expect(turned(plans)).toEqual([]);
  });

  test.each(QUESTIONS)('question of the night: %s', async (question) => {
    expect(turned(await plansOf(client, question))).toEqual([]);
  });

  test.each([
    ['finding', `select * from taskqueue.find_tasks('push', '{"state": "due", "url": "/x"}', max_tasks => 10)`],
    ['counting', `select * from taskqueue.count_tasks('push', '{"min_attempts": 3}')`],
    ['a job', `select * from taskqueue.advance_job((select max(id) from taskqueue.jobs))`],
  ])('%s tasks reads the index and what it found there', async (_, statement) => {
    await db.pool.query(`select taskqueue.create_job('push', 'delete', 1, filter => '{"url": "/no-such"}')`);
    const plans = await plansOf(client, statement);
    expect(plans).toMatch(/Index (Only )?Scan using _tasks_due on _tasks/);
    expect(plans).toMatch(/Index Scan using _tasks_pkey on _tasks/);
    const ofRows = plans.split('Query Text: ').filter((plan) => plan.includes('taskqueue._task_rows'));
    expect(ofRows.filter((plan) => plan.includes('_tasks_due') || !plan.includes('Tid Scan on _tasks'))).toEqual([]);
    expect(turned(plans).filter((line) => !line.startsWith('Sort Key'))).toEqual([]); // a chunk, by due time and id
  });

  test('delete by names', async () => {
    const names = (
      await rows<{ name: string }>(db.pool, `select name from taskqueue.lease_tasks('pull', 60, 100)`)
    ).map(({ name }) => name);
    const plans = await plansOf(client, `select * from taskqueue.delete_tasks('pull', $1)`, [
      [...names, GENERATED, 'given'],
    ]);
    expect(plans).toMatch(BY_ID);
    expect(plans).not.toMatch(/_tasks_due|Hash Join|Merge Join/);
    expect(turned(plans)).toEqual([]);
  });

  test('delete and renew with lease tokens', async () => {
    await db.pool.query(`select from taskqueue.add('pull', payload => '', tag => 'renewed')`); // the ids of the others are not those in their names
    const leased = await rows<{ name: string; lease_token: string }>(
      db.pool,
      `select name, lease_token from taskqueue.lease_tasks_by_tag('pull', 60, 1, tag => 'renewed')
       union all select name, lease_token from taskqueue.lease_tasks('pull', 60, 100)`,
    );
    const proofs = [
      [...leased.map(({ name }) => name), 'given'],
      [...leased.map((task) => task.lease_token), TOKEN],
    ];
    const renewed = await plansOf(
      client,
      `select * from taskqueue.modify_task_leases('pull', $1, $2, array_fill(60.0::double precision, array[cardinality($1::text[])]))`,
      proofs,
    );
    for (const plans of [
      renewed,
      await plansOf(client, `select * from taskqueue.delete_tasks('pull', $1, $2)`, proofs),
    ]) {
      expect(plans).toMatch(BY_ID);
      expect(plans).not.toMatch(/_tasks_due|Hash Join|Merge Join/);
      expect(turned(plans)).toEqual([]);
    }
  });

  test('describing one task, by a name that was given and by one that was not', async () => {
    await db.pool.query(`select from taskqueue.add('pull', payload => '', name => $1, transactional => false)`, [
      `given-${randomUUID()}`,
    ]);
    const names = await rows<{ name: string }>(
      db.pool,
      `select coalesce(t.name, taskqueue._name(t.id, t.created)) as name from taskqueue._tasks as t order by t.name is null limit 1`,
    );
    const [generated] = await rows<{ name: string }>(db.pool, `select name from taskqueue.add('pull', payload => '')`);
    for (const { name } of [...names, generated as { name: string }]) {
      const plans = await plansOf(client, `select * from taskqueue.peek_task('pull', $1)`, [name]);
      expect(plans).toMatch(/Index Scan using _tasks_pkey on _tasks/);
      expect(plans).not.toMatch(/_tasks_due|_tasks_tag/);
      expect(turned(plans)).toEqual([]);
    }
  });

  test('getting a task of Cloud Tasks', async () => {
    const name = await value<string>(db.pool, `select name from taskqueue.create_cloud_task('push', 'p', 'l', '/')`);
    const plans = await plansOf(client, `select * from taskqueue.get_cloud_task('push', 'p', 'l', $1)`, [name]);
    expect(plans).toMatch(/Index Scan using _tasks_pkey on _tasks/);
    expect(plans).not.toMatch(/_tasks_due|_tasks_tag/);
    expect(turned(plans)).toEqual([]);
  });

  test('deleting a task by the end of its lease', async () => {
    await db.pool.query(`select from taskqueue.add('pull', payload => '', tag => 'by-eta')`); // found by its name
    const { name, eta } = await row<{ name: string; eta: string }>(
      db.pool,
      `select name, eta::text from taskqueue.lease_tasks_by_tag('pull', 60, tag => 'by-eta')`,
    );
    const plans = await plansOf(client, `select taskqueue.delete_task_by_eta('pull', $1, $2)`, [name, eta]);
    expect(plans).toMatch(/Index Scan using _tasks_pkey on _tasks/);
    expect(plans).not.toMatch(/_tasks_due|_tasks_tag/);
    expect(turned(plans)).toEqual([]);
  });

  test('a lease of a tag', async () => {
    const plans = await plansOf(client, `select * from taskqueue.lease_tasks_by_tag('pull', 60, 10, tag => 'a')`);
    expect(plans).toMatch(/Index Scan using _tasks_tag on _tasks/);
    expect(turned(plans)).toEqual([]);
  });

  test.each([
    ['lease', `select * from taskqueue.lease_tasks('pull', 60, 10)`],
    ['lease by tag', `select * from taskqueue.lease_tasks_by_tag('pull', 60, 10, tag => 'lost')`],
  ])('%s, past lost tasks', async (_, statement) => {
    const lost = `insert into taskqueue._tasks (id, due, created, queue_id, leased_until, tag, body)
      select (select least(min(id), 0) from taskqueue._tasks) - n, clock_timestamp() - interval '2 hours', clock_timestamp(), q.id,
             clock_timestamp() - interval '1 hour', 'lost', '\\x00'
      from taskqueue._queues as q, generate_series(1, 20) as n where q.name = 'pull'`;
    await db.pool.query(lost);
    await db.pool.query(`select taskqueue.sweep_queue('pull')`); // takes the floor down to them
    const plans = await plansOf(client, statement);
    expect(plans).toMatch(/Tid Scan on _tasks l\b/);
    expect(turned(plans)).toEqual([]);
  });

  test('names', async () => {
    const tasks = JSON.stringify(Array.from({ length: 5 }, () => ({ name: randomUUID(), payload: '' })));
    const [client, ...statements] = [
      await explaining(db),
      `select * from taskqueue.add_tasks('pull', '${tasks}', transactional => false)`,
      `select * from taskqueue.delete_tasks('pull', array(select t ->> 'name' from jsonb_array_elements('${tasks}') as t))`,
      `select taskqueue.sweep_queue('pull')`,
    ] as const;
    let plans = '';
    for (const statement of statements) plans += await plansOf(client, statement);
    expect(plans).toMatch(/Index Cond: \(\(queue_id = [^()]+\) AND \(name_hash =/);
    expect(plans).toMatch(/Index Scan using _names_expires on _names/);
    expect(plans).not.toMatch(
      /(Seq|Bitmap Heap) Scan on _names|_names_pkey on .*\n\s+Index Cond: \(queue_id = [^()]+\)$/m,
    );
  });

  test.each([
    ['complete', `select taskqueue.complete_tasks('push', $1, $2)`],
    ['release', `select taskqueue.release_tasks('push', $1, $2)`],
    [
      'fail',
      `select taskqueue.fail_tasks((select jsonb_agg(jsonb_build_object('queue', 'push', 'id', f.id, 'lease_token', f.token, 'status', 500,
        'reason', 'App Error', 'responded', true, 'forced', false)) from unnest($1::bigint[], $2::uuid[]) as f(id, token)))`,
    ],
  ])('settle: %s', async (_, statement) => {
    const claimed = await rows<{ id: string; lease_token: string }>(
      db.pool,
      `select id, lease_token from taskqueue.claim_tasks('push', 100)`,
    );
    const ids = [0, ...claimed.map(({ id }) => id)];
    const plans = await plansOf(client, statement, [ids, [TOKEN, ...claimed.map((task) => task.lease_token)]]);
    expect(plans).toMatch(BY_ID);
    expect(plans).not.toContain('_tasks_due');
    expect(turned(plans)).toEqual([]);
  });

  test('forced', async () => {
    await db.pool.query(
      `select taskqueue.run_task('push', name) from (select name from taskqueue.add('push') offset 0) as added`,
    );
    const plans = await plansOf(client, `select * from taskqueue.claim_forced_tasks('push', 100)`);
    expect(plans).toMatch(/Index Scan using _tasks_pkey on _tasks/);
    expect(plans).not.toContain('_tasks_due');
    expect(turned(plans)).toEqual([]);
  });
});

test('a claim does not walk over what the floor has passed', async () => {
  await db.pool.query('delete from taskqueue._tasks');
  await fill('pull', 10);
  const [held, client] = [await db.client(), await explaining(db)];
  await held.query('begin isolation level repeatable read');
  await held.query('select count(*) from taskqueue._tasks'); // an old snapshot: nothing can be vacuumed from here on
  await fill('pull', 20_000);
  await db.pool.query(`delete from taskqueue._tasks`);
  await db.pool.query(
    `select taskqueue.raise_floor('pull', taskqueue.advance_floor('pull', clock_timestamp() - interval '200 ms'))`,
  );
  await client.query(
    `set auto_explain.log_analyze = on; set auto_explain.log_buffers = on; set auto_explain.log_timing = off`,
  );
  const buffers = async () => {
    const plans = await plansOf(client, `select * from taskqueue.lease_tasks('pull', 60, 10)`);
    const [, hit] =
      plans.match(/Index Scan using _tasks_due on _tasks.*\n(?:.*\n)*?\s+Buffers: shared hit=(\d+)/) ?? [];
    return Number(hit ?? 0);
  };
  const above = await buffers();
  await db.pool.query(
    `select setval(('taskqueue._floor_' || id)::regclass, 0) from taskqueue._queues where name = 'pull'`,
  );
  const below = await buffers();
  await held.query('rollback');
  expect(above).toBeLessThan(10);
  expect(below).toBeGreaterThan(100);
  expect(await value(db.pool, 'select count(*)::integer from taskqueue._tasks')).toBe(0);
});
