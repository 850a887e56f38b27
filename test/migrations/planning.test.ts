// What planning costs. A function that pins its plan has no use for another: made anew by each call, as PostgreSQL does where it believes that plans for
// the values at hand are cheaper, it costs a claim more than all else. And nothing is compiled: a switch of the planner that is off adds 1e10 to the cost of
// what can't be done without it, and with JIT on, as most servers have it, what costs so much is compiled by each call.
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';
import { explaining, plansOf } from './explained.ts';
import { samples } from './hostile-sessions/samples.ts';

const db = useDatabase();

const PINNED = `
  select p.oid::regprocedure::text as name, p.proconfig from pg_proc as p
  where p.pronamespace = 'taskqueue'::regnamespace and exists (select from unnest(p.proconfig) as c(setting) where c.setting like 'enable%')`;

/**
 * The switches of the planner that functions set in their heads, where PostgreSQL wants them literally. Each costs a call a little, so a function
 * sets what its statements need and no more; what is new here needs a reason.
 */
const SWITCHES: Record<string, string> = {
  'rows by an index, in its order': 'bitmapscan=off indexscan=on seqscan=off sort=off',
  'rows by an index, to be sorted or inserted': 'bitmapscan=off indexscan=on seqscan=off',
  'rows by an index, then by their places, joined with a list':
    'bitmapscan=off indexscan=on nestloop=on seqscan=off sort=off tidscan=on',
  'rows by an index, then by their places': 'bitmapscan=off indexscan=on seqscan=off sort=off tidscan=on',
  'rows by an index, then by their places, to be sorted': 'bitmapscan=off indexscan=on seqscan=off tidscan=on',
  'rows of a list of names, never a join with a whole table':
    'bitmapscan=off hashjoin=off indexscan=on mergejoin=off seqscan=off sort=off',
  'the newest row of an index': 'indexscan=on seqscan=off',
  'one row of a small table': 'bitmapscan=off seqscan=off',
  'rows of each of a list': 'bitmapscan=off indexscan=on nestloop=on seqscan=off',
  'rows of each of a list, in its order': 'bitmapscan=off indexscan=on nestloop=on seqscan=off sort=off',
};

describe('functions that pin their plans', () => {
  test('turn JIT off, and plan once a session', async () => {
    const pinned = await rows<{ name: string; proconfig: string[] }>(db.pool, PINNED);
    expect(pinned.length).toBeGreaterThan(30);
    const lacks = (setting: string) =>
      pinned.filter(({ proconfig }) => !proconfig.includes(setting)).map(({ name }) => name);
    expect(lacks('jit=off')).toEqual([]);
    expect(lacks('plan_cache_mode=force_generic_plan')).toEqual([]);
  });

  test('set the switches of the planner in one of a few ways', async () => {
    const pinned = await rows<{ name: string; proconfig: string[] }>(db.pool, PINNED);
    const ways = pinned.map(({ name, proconfig }) => ({
      name,
      way: proconfig
        .filter((setting) => setting.startsWith('enable_'))
        .map((setting) => setting.slice('enable_'.length))
        .sort()
        .join(' '),
    }));
    const known = Object.values(SWITCHES);
    expect(ways.filter(({ way }) => !known.includes(way))).toEqual([]);
    expect(known.filter((one) => !ways.some(({ way }) => way === one))).toEqual([]);
  });
});

/** What runs all the time, each with a single task, so that the costs of a call are those of a task. */
const HOT: Record<string, (client: pg.Client, n: number) => Promise<unknown>> = {
  add: (client) => client.query(`select taskqueue.add('busy', payload => 'x')`),
  'add to a pull queue': (client) => client.query(`select taskqueue.add('worked', payload => 'x', tag => 'a')`),
  'add five': (client) => client.query(`select taskqueue.add_tasks('busy', '[{}, {}, {}, {}, {}]')`),
  claim: (client) => client.query(`select from taskqueue.claim_tasks('busy', 1)`),
  'claim nothing': (client) => client.query(`select from taskqueue.claim_tasks('default', 1)`),
  complete: (client) => settle(client, `select taskqueue.complete_tasks('busy', array[$1::bigint], array[$2::uuid])`),
  fail: (client) => settle(client, `select taskqueue.fail_task('busy', $1, $2, 500, 'x', true, false)`),
  release: (client) => settle(client, `select taskqueue.release_tasks('busy', array[$1::bigint], array[$2::uuid])`),
  lease: (client) => client.query(`select from taskqueue.lease_tasks('worked', 60, 1)`),
  'lease by tag': (client) => client.query(`select from taskqueue.lease_tasks_by_tag('worked', 60, 1)`),
  renew: (client) => finish(client, `select taskqueue.modify_task_lease('worked', $1, $2, 60)`),
  delete: (client) => finish(client, `select taskqueue.delete_task('worked', $1, $2)`),
  'delete several': (client) => finish(client, `select taskqueue.delete_tasks('worked', array[$1], array[$2::uuid])`),
  'next due': (client) => client.query(`select taskqueue.next_due('busy')`),
  'the floor loop': (client) =>
    client.query(`select taskqueue.advance_floor('worked', clock_timestamp() - interval '200 ms')`),
};

async function settle(client: pg.Client, statement: string): Promise<void> {
  const claimed = await db.pool.query(`select id, lease_token from taskqueue.claim_tasks('busy', 1)`);
  await client.query(statement, [claimed.rows[0].id, claimed.rows[0].lease_token]);
}

async function finish(client: pg.Client, statement: string): Promise<void> {
  const leased = await db.pool.query(`select name, lease_token from taskqueue.lease_tasks('worked', 60, 1)`);
  await client.query(statement, [leased.rows[0].name, leased.rows[0].lease_token]);
}

/** Before version 18, PostgreSQL keeps no plans of functions in SQL that it can't inline. */
const OF_EACH_CALL = /^SQL function "\w+" during startup/;

describe('statements that run all the time', () => {
  beforeAll(async () => {
    await db.pool.query(
      `select taskqueue.create_queue('busy', rate => '500/s', bucket_size => 100), taskqueue.create_queue('worked', mode => 'pull')`,
    );
    for (let n = 0; n < 100; n++)
      await db.pool.query(
        `select taskqueue.add('busy', payload => 'x'), taskqueue.add('worked', payload => 'x', tag => 'a')`,
      );
  });

  test.each(Object.keys(HOT))(
    '%s plans nothing but the call itself, once a session has run it some times',
    async (name) => {
      const client = await db.client();
      const run = HOT[name] as (client: pg.Client, n: number) => Promise<unknown>;
      for (let n = 0; n < 8; n++) await run(client, n);
      let plans: string[] = [];
      client.on('notice', ({ message, where = 'the call' }) => {
        if (message === 'plan:' && !OF_EACH_CALL.test(where)) plans.push(where);
      });
      await client.query('set debug_print_plan = on; set client_min_messages = log');
      // Statistics that are gathered meanwhile have plans made once more: some three calls in a row are without.
      for (let n = 8; n < 23; n += 3) {
        plans = [];
        for (let more = 0; more < 3; more++) await run(client, n + more);
        if (plans.length === 3) break;
      }
      expect(plans).toEqual(['the call', 'the call', 'the call']);
    },
  );
});

/** What has to read all rows. */
const READS_ALL = ['verify'];

describe('on a server that compiles', () => {
  let compiles: boolean;

  beforeAll(async () => {
    compiles = await value(db.pool, 'select pg_jit_available()');
    await db.pool.query(
      `select taskqueue.create_queue('push', rate => '500/s'), taskqueue.create_queue('pull', mode => 'pull', retry => '{"task_retry_limit": 1}')`,
    );
    await db.pool.query(
      `insert into taskqueue._tasks (id, due, created, queue_id, tag, body)
       select n - 100000 * q.id, clock_timestamp() - interval '1 hour' + n * interval '1 ms', clock_timestamp(), q.id, case when q.mode = 'pull' then 'a' end, ''
       from taskqueue._queues as q, generate_series(1, 20000) as n where q.name in ('push', 'pull')`,
    );
    await db.pool.query(
      `insert into taskqueue._forced_runs (queue_id, task_id, requested)
       select t.queue_id, t.id, clock_timestamp() from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id and q.name = 'push' limit 500`,
    );
  });

  test('no function compiles, at the settings that servers come with', async ({ skip }) => {
    if (!compiles) skip('this server has no JIT');
    const client = await explaining(db);
    await client.query('set jit = on');
    for (const [name, samplesOfIt] of Object.entries(samples)) {
      if (READS_ALL.includes(name)) continue;
      for (const given of samplesOfIt) {
        const statement = `select * from taskqueue.${name}(${given})`;
        await client.query('begin');
        const plans = await plansOf(client, statement).catch((error) => String(error));
        await client.query('rollback');
        expect.soft(plans, statement).not.toContain('JIT:');
      }
    }
  });

  test('no function that pins its plan compiles, however cheap that is', async ({ skip }) => {
    if (!compiles) skip('this server has no JIT');
    const client = await explaining(db);
    await client.query('set jit = on; set jit_above_cost = 0');
    for (const statement of [
      `select count(*) from taskqueue.claim_tasks('push', 10)`,
      `select count(*) from taskqueue.claim_forced_tasks('push', 10)`,
      `select count(*) from taskqueue.lease_tasks('pull', 60, 10)`,
      `select taskqueue.next_due('push')`,
    ]) {
      const nested = await compiledWithin(statement);
      expect(nested, statement).toEqual([]);
    }

    /** Statements within functions that were compiled; the outer one is. */
    async function compiledWithin(statement: string): Promise<string[]> {
      const compiled: string[] = [];
      const listen = (notice: { message?: string | undefined; where?: string | undefined }) => {
        const message = notice.message ?? '';
        if (message.includes('JIT:') && !message.includes(statement)) compiled.push(message);
      };
      client.on('notice', listen);
      await client.query(statement);
      client.off('notice', listen);
      return compiled;
    }
  });
});
