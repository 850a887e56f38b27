// What a view computes is bound when it is made, and a role that a view was granted to can read it: with that grant and no other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMigrations } from '../../src/schema/migrate/migration-files.ts';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';

const db = useDatabase();
let views: string[];

/** The functions of pgtaskqueue that each view calls, also by way of a function whose body is bound, or of another view. */
const CALLED = `
  with recursive called as (
    select v.oid as view, v.oid as caller, 'pg_class'::regclass as kind
    from pg_class as v where v.relnamespace = 'taskqueue'::regnamespace and v.relkind = 'v' and v.relname !~ '^_'
    union
    select c.view, d.refobjid, d.refclassid::regclass
    from called as c
    left join pg_rewrite as r on c.kind = 'pg_class'::regclass and r.ev_class = c.caller
    join pg_depend as d on (d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refobjid <> c.caller)
                        or (c.kind = 'pg_proc'::regclass and d.classid = c.kind and d.objid = c.caller)
    where d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
  )
  select distinct c.view::regclass::text as view, p.oid::regprocedure::text as function, p.oid,
         p.prosqlbody is not null as bound, coalesce(p.proconfig::text ~ 'search_path=pg_catalog, taskqueue, pg_temp', false) as pinned,
         has_function_privilege('views_bare', p.oid, 'execute') as open, p.proargtypes::regtype[]::text[] as takes
  from called as c join pg_proc as p on c.kind = 'pg_proc'::regclass and p.oid = c.caller
  where p.pronamespace = 'taskqueue'::regnamespace and p.proname <> 'task_payload'`;

beforeAll(async () => {
  await db.pool.query(`create role views_bare; grant usage on schema taskqueue to views_bare`);
  views = (
    await rows<{ view: string }>(
      db.pool,
      `select relname as view from pg_class
       where relnamespace = 'taskqueue'::regnamespace and relkind = 'v' and relname !~ '^_' order by relname`,
    )
  ).map(({ view }) => view);
});
afterAll(() => db.pool.query('drop owned by views_bare; drop role views_bare'));

test('views change by "create or replace" alone, so that what users have made of them stays', async () => {
  const { files } = readMigrations();
  const dropping = files.filter(({ kind, sql }) => kind === 'view' && !/^create or replace view/m.test(sql));
  const cascading = files.filter(
    ({ kind, sql }) =>
      /drop view/i.test(sql) || (kind !== 'numbered' && /\bcascade\b/i.test(sql.replaceAll(/--.*/g, ''))),
  );
  expect([...dropping, ...cascading].map(({ file }) => file)).toEqual([]);
});

describe('the functions that views call', () => {
  interface Called {
    function: string;
    oid: number;
    bound: boolean;
    pinned: boolean;
    open: boolean;
    takes: string[];
  }
  const called = () => rows<Called>(db.pool, CALLED);

  test('have their names bound, or pin their search_path', async () => {
    const all = await called();
    expect(all.length).toBeGreaterThan(5);
    expect(all.filter(({ bound, pinned }) => !bound && !pinned)).toEqual([]);
  });

  test('are handed no row of tasks, and no type that a body, headers or a token have', async () => {
    const hidden = ['taskqueue._tasks', 'taskqueue._dead_tasks', 'bytea', 'uuid'];
    expect((await called()).filter(({ takes }) => takes.some((type) => hidden.includes(type)))).toEqual([]);
  });

  test('are all that everyone may execute', async () => {
    const all = await called();
    expect(all.filter(({ open }) => !open)).toEqual([]);
    const others = await rows(
      db.pool,
      `select p.proname from pg_proc as p
       where p.pronamespace = 'taskqueue'::regnamespace and has_function_privilege('views_bare', p.oid, 'execute') and p.oid <> all ($1)`,
      [all.map(({ oid }) => oid)],
    );
    expect(others).toEqual([]);
  });
});

describe('with tasks in every state', () => {
  beforeAll(async () => {
    await db.pool.query(`
      select taskqueue.create_queue('pull', mode => 'pull', retry => '{"task_retry_limit": 0}'), taskqueue.create_queue('purged');
      select taskqueue.pause_queue('default', 'a reason'), taskqueue.create_token('a@b.example'), taskqueue.allow_url('example.com'),
             taskqueue.set_target('default', 'http://localhost'), taskqueue.rotate_key('default', 'env:A'),
             taskqueue.apply_queues('{"total_storage_limit": "1G"}'), taskqueue.apply_crons('{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}')`);
    const add = (argument: string) => db.pool.query(`select taskqueue.add(${argument}, transactional => false)`);
    await add(`url => '/a', headers => '{"X-A": "bc", "Content-Type": "a/b"}', payload => 'abc', namespace => 'n'`);
    await add(`payload_json => '{"a": 1}', name => 'named'`);
    await add(`params => '{"a": "b"}'`);
    await add(`'pull', payload => 'ab', name => 'dies'`);
    await add(`'purged', name => 'gone'`);
    await db.pool.query(`select taskqueue.create_queue('kept', mode => 'pull', keep_completed => 'all')`);
    await add(`'kept', payload => 'ab'`);
    await db.pool.query(
      `select taskqueue.delete_task('kept', t.name, t.lease_token) from taskqueue.lease_tasks('kept', 60) as t`,
    );
    await add(`'kept', payload => 'cd'`);
    await db.pool.query(`select taskqueue.export_tasks('kept')`);
    await db.pool.query(`select taskqueue.lease_tasks('pull', 0)`); // its first lease would be one too many: it dies
    await db.pool.query(`select taskqueue.record_statistics('default', 1)`);
    await db.pool.query(`select taskqueue.purge_queue('purged')`);
    await db.pool.query(`select taskqueue.create_job('default', 'delete', 1, names => '{named}')`);
    await db.pool.query(
      `insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, response)
       select q.id, clock_timestamp(), 1, 500, 1, 'dies', 'App Error', 'canary' from taskqueue._queues as q where q.name = 'pull'`,
    );
    await db.pool.query(
      `insert into taskqueue._hourly_statistics (queue_id, hour, executed) select id, date_trunc('hour', now()), 1 from taskqueue._queues`,
    );
  });

  test('a role that has a grant on a view alone reads it, and so does a role that has one on a view of it', async () => {
    await db.pool.query('create role views_stranger');
    const [bare, stranger] = [await db.client(), await db.client()];
    await bare.query('set session authorization views_bare');
    await stranger.query('set session authorization views_stranger');
    for (const view of views) {
      await db.pool.query(
        `grant select on taskqueue.${view} to views_bare; create view public.on_${view} as select * from taskqueue.${view}`,
      );
      await db.pool.query(`grant select on public.on_${view} to views_stranger`);
      const seen = await rows(db.pool, `select to_jsonb(v) - 'response' as v from taskqueue.${view} as v`);
      expect
        .soft(await rows(bare, `select to_jsonb(v) - 'response' as v from taskqueue.${view} as v`), view)
        .toEqual(seen);
      expect
        .soft(await rows(stranger, `select to_jsonb(v) - 'response' as v from public.on_${view} as v`), view)
        .toEqual(seen);
      await db.pool.query(`revoke select on taskqueue.${view} from views_bare; drop view public.on_${view}`);
      if (!['dispatchers', 'locks'].includes(view))
        // nobody is connected
        expect.soft(seen, view).not.toEqual([]);
    }
    await Promise.all([bare.end(), stranger.end()]);
    await db.pool.query('drop role views_stranger');
  });

  test('the answers of handlers are for roles that may read payloads', async () => {
    const seen = async (role: 'taskqueue_viewer' | 'taskqueue_operator') =>
      rows(await db.asRole(role), 'select response from taskqueue.attempts');
    expect(await seen('taskqueue_viewer')).toEqual([{ response: null }]);
    expect(await seen('taskqueue_operator')).toEqual([{ response: 'canary' }]);
  });

  test('the size of a task is what its limit counts', async () => {
    const sizes = await rows<{ shown: string; counted: string }>(
      db.pool,
      `select s.size as shown, taskqueue._size(s.method, coalesce(s.url, ''), t) as counted
       from taskqueue._tasks as t join taskqueue.tasks as s on s.name = coalesce(t.name, taskqueue._name(t.id, t.created))`,
    );
    expect(sizes).toHaveLength(3);
    for (const { shown, counted } of sizes) expect(shown).toBe(counted);
  });

  test('a storage limit is shown in bytes', async () => {
    expect(await value(db.pool, 'select bytes from taskqueue.settings')).toBe('1073741824');
  });
});
