// Who may do what: every public function is pinned and defined with the owner's rights, PUBLIC has nothing, each role has its own.
import { expect, test } from 'vitest';
import { type Role, useDatabase } from '../support/db.ts';
import { refusalCode, rows, value } from '../support/sql.ts';

const db = useDatabase();

test('every public function runs as the owner, but those that ask who calls, with a search_path that ends in pg_temp', async () => {
  const loose = await rows(
    db.pool,
    `
    select p.proname from pg_proc as p
    where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_'
      and not ((p.prosecdef or p.proname in ('delete_task', 'delete_tasks')) and exists (select from unnest(p.proconfig) as c where c ~ '^search_path=pg_catalog, taskqueue, pg_temp$'))`,
  );
  expect(loose).toEqual([]);
});

test('no private function runs as the owner, but those that a view calls, one for the dispatcher, one for the planner, and those that delete', async () => {
  expect(
    await rows(
      db.pool,
      `select proname from pg_proc where pronamespace = 'taskqueue'::regnamespace and proname ~ '^_' and prosecdef order by proname`,
    ),
  ).toEqual([
    { proname: '_delete_tasks' },
    { proname: '_enforced_rate' },
    { proname: '_epoch' },
    { proname: '_finish_task' },
    { proname: '_finish_tasks' },
    { proname: '_last_dispatch' },
    { proname: '_queue_overview' },
    { proname: '_task_estimates' },
  ]);
});

test('everything belongs to taskqueue_owner, who can’t log in and is no superuser', async () => {
  const owners = await rows(
    db.pool,
    `
    select distinct pg_get_userbyid(owner) as owner from (
      select relowner as owner from pg_class where relnamespace = 'taskqueue'::regnamespace
      union all select proowner from pg_proc where pronamespace = 'taskqueue'::regnamespace
      union all select nspowner from pg_namespace where nspname = 'taskqueue') as o`,
  );
  expect(owners).toEqual([{ owner: 'taskqueue_owner' }]);
  expect(
    await rows(db.pool, `select rolsuper, rolcanlogin, rolcreaterole from pg_roles where rolname = 'taskqueue_owner'`),
  ).toEqual([{ rolsuper: false, rolcanlogin: false, rolcreaterole: false }]);
});

test('PUBLIC may read and write nothing, and execute what views call and nothing else', async () => {
  expect(
    await rows(
      db.pool,
      `
    select p.proname from pg_proc as p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where p.pronamespace = 'taskqueue'::regnamespace and a.grantee = 0 order by p.proname`,
    ),
  ).toEqual(
    [
      '_column_sums',
      '_condition',
      '_enforced_rate',
      '_is_purged',
      '_later',
      '_lock_class',
      '_longest_lease',
      '_name',
      '_now',
    ]
      .concat(['_queue_difference', '_queue_keys', '_queue_overview', '_queue_state', '_retry_json', '_task_estimates'])
      .map((proname) => ({ proname })),
  );
  expect(
    await rows(
      db.pool,
      `
    select c.relname from pg_class as c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) as a
    where c.relnamespace = 'taskqueue'::regnamespace and c.relkind in ('r', 'v') and a.grantee = 0`,
    ),
  ).toEqual([]);
});

test('a function that is made later belongs to nobody until it is granted', async () => {
  const owner = await db.asRole('taskqueue_owner');
  await owner.query(`create function taskqueue.forgotten() returns integer language sql as 'select 1'`);
  const enqueuer = await db.asRole('taskqueue_enqueuer');
  expect(await refusalCode(enqueuer.query('select taskqueue.forgotten()'))).toBe('42501');
  await owner.query('drop function taskqueue.forgotten()');
});

test('no private table can be touched by any role', async () => {
  const tables = await rows<{ relname: string }>(
    db.pool,
    `select relname from pg_class where relnamespace = 'taskqueue'::regnamespace and relkind = 'r' and relname ~ '^_'`,
  );
  expect(tables.length).toBeGreaterThan(5);
  for (const role of ['enqueuer', 'worker', 'dispatcher', 'server', 'operator', 'viewer'].map(
    (name) => `taskqueue_${name}` as Role,
  )) {
    const client = await db.asRole(role);
    for (const { relname } of tables) {
      expect(await refusalCode(client.query(`select from taskqueue.${relname}`)), `${role} reads ${relname}`).toBe(
        '42501',
      );
      expect(await refusalCode(client.query(`delete from taskqueue.${relname}`)), `${role} deletes ${relname}`).toBe(
        '42501',
      );
    }
  }
});

const allowed: Record<string, { does: string[]; not: string[] }> = {
  enqueuer: {
    does: [
      'taskqueue.add()',
      `taskqueue.add_tasks('default', '[{}]')`,
      `taskqueue.deferred_payload(gen_random_uuid())`,
      `taskqueue.delete_deferred(gen_random_uuid())`,
    ],
    not: [
      `taskqueue.lease_tasks('default', 1)`,
      `taskqueue.purge_queue('default')`,
      `taskqueue.claim_tasks('default', 1)`,
      `taskqueue.delete_task('default', 'a')`,
    ],
  },
  worker: {
    does: [
      `taskqueue.lease_tasks('pull', 1)`,
      `taskqueue.lease_tasks_by_tag('pull', 1)`,
      `taskqueue.modify_task_leases('pull', '{}', '{}', '{}')`,
      `taskqueue.begin_wait('pull')`,
      `taskqueue.delete_task('pull', 'a', gen_random_uuid())`,
      `taskqueue.delete_tasks('pull', '{a}', array[gen_random_uuid()])`,
    ],
    not: [
      `taskqueue.delete_task('pull', 'a')`,
      `taskqueue.delete_tasks('pull', '{a}')`,
      `taskqueue.delete_tasks('pull', '{a,b}', array[gen_random_uuid()])`,
      `taskqueue.delete_tasks('pull', '{a,b}', array[gen_random_uuid(), null])`,
      `taskqueue.finish_task('pull', 'a')`,
      'taskqueue.add()',
      `taskqueue.pause_queue('pull')`,
      `taskqueue.claim_tasks('default', 1)`,
      `taskqueue.task_payload('pull', 'a')`,
    ],
  },
  dispatcher: {
    does: [
      `taskqueue.claim_tasks('default', 1)`,
      `taskqueue.claim_forced_tasks('default', 1)`,
      `taskqueue.forced_queues('{default}')`,
      `taskqueue.complete_tasks('default', '{}', '{}')`,
      `taskqueue.next_due('default')`,
      'taskqueue.dispatcher_queues()',
      `taskqueue.sweep_queue('default')`,
      `taskqueue.record_attempts('[]')`,
      'taskqueue.sweep_attempts()',
      'taskqueue.due_crons()',
      'taskqueue.unattended_queues()',
      `taskqueue.maintain_queue('default')`,
      'taskqueue.targets',
      'taskqueue.allowed_urls',
      'taskqueue.keys',
    ],
    not: [
      'taskqueue.add()',
      `taskqueue.delete_queue('default')`,
      `taskqueue.set_target('default', 'http://a')`,
      `taskqueue.disallow_url('a')`,
      `taskqueue.rotate_key('default', 'env:A')`,
      `taskqueue.apply_crons('{"cron": []}')`,
    ],
  },
  server: {
    does: [
      `taskqueue.claim_tasks('default', 1)`,
      'taskqueue.due_crons()',
      `taskqueue.add('pull', payload => 'x')`,
      `taskqueue.lease_tasks('pull', 1)`,
      `taskqueue.finish_task('pull', 'a')`,
      `taskqueue.peek_task('pull', 'a')`,
      `taskqueue.check_token('a')`,
      `taskqueue.open_console_session('a', proof => 'a')`,
      `taskqueue.check_console_session('a')`,
      `taskqueue.close_console_session('a')`,
      `taskqueue.add_tasks('pull', '[{"payload": "x"}]')`,
      `taskqueue.check_tasks('pull', '[]')`,
      `taskqueue.finish_tasks('pull', '{a}')`,
      `taskqueue.pause_queue('pull')`,
      `taskqueue.resume_queue('pull')`,
      `taskqueue.purge_queue('pull')`,
      'taskqueue.queues',
      'taskqueue.tasks',
      'taskqueue.migrations',
      // in the console
      `taskqueue.create_queue('a')`,
      `taskqueue.delete_queue('a')`,
      `taskqueue.create_token('a@b.c')`,
      `taskqueue.cancel_job(1)`,
      'taskqueue.audit',
    ],
    not: [
      `taskqueue.keep_deferred('default', 'a', gen_random_uuid(), 'a')`,
      `taskqueue.modify_task_lease('pull', 'a', gen_random_uuid(), 1)`,
      'taskqueue._tasks',
      'taskqueue._console_sessions',
    ],
  },
  operator: {
    does: [
      `taskqueue.pause_queue('default')`,
      `taskqueue.resume_queue('default')`,
      `taskqueue.purge_queue('default')`,
      `taskqueue.set_target('default', 'http://a')`,
      `taskqueue.rotate_key('default', 'env:A')`,
      `taskqueue.revoke_key('default', 'env:A')`,
      `taskqueue.allow_url('a')`,
      `taskqueue.requeue_tasks('default')`,
      `taskqueue.disallow_url('a')`,
      `taskqueue.apply_queues('{"total_storage_limit": "1G"}')`,
      `taskqueue.apply_crons('{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}')`,
      `taskqueue.run_cron('a')`,
      'taskqueue.keys',
      'taskqueue.tasks',
      'taskqueue.queues',
    ],
    not: ['taskqueue.add()', `taskqueue.claim_tasks('default', 1)`, `taskqueue.finish_task('pull', 'a')`],
  },
  viewer: {
    does: [
      'taskqueue.queues',
      'taskqueue.tasks',
      'taskqueue.crons',
      'taskqueue.settings',
      'taskqueue.dead_tasks',
      'taskqueue.attempts',
      'taskqueue.tombstones',
      'taskqueue.targets',
      'taskqueue.dispatchers',
      'taskqueue.migrations',
    ],
    not: [
      `taskqueue.task_payload('default', 'a')`,
      `taskqueue.task_details('default', 'a')`,
      'taskqueue.add()',
      `taskqueue.purge_queue('default')`,
    ],
  },
};

test.each(Object.entries(allowed))('%s: what it may and what it may not', async (name, { does, not }) => {
  await db.pool.query(
    `select taskqueue.create_queue('pull', mode => 'pull') where not exists (select from taskqueue.queues where name = 'pull')`,
  );
  const client = await db.asRole(`taskqueue_${name}` as Role);
  for (const act of does) await client.query(`select * from ${act}`);
  for (const act of not)
    expect(await refusalCode(client.query(`select * from ${act}`)), `${name}: ${act}`).toBe('42501');
});

test('a caller’s own functions and temporary tables capture nothing', async () => {
  await db.pool.query(
    `create role mallory; grant taskqueue_enqueuer to mallory; create schema trap authorization mallory`,
  );
  const mallory = await db.client();
  await mallory.query('set session authorization mallory');
  await mallory.query(
    `create function trap.length(text) returns integer language plpgsql as 'begin raise exception ''captured''; end'`,
  );
  await mallory.query('create temporary table _tasks (id bigint)');
  await mallory.query('set search_path = trap, pg_catalog');
  await mallory.query(`select * from taskqueue.add(name => 'safe', transactional => false)`);
  expect(await value(mallory, 'select count(*)::integer from pg_temp._tasks')).toBe(0);
  expect(await value(db.pool, `select count(*)::integer from taskqueue.tasks where name = 'safe'`)).toBe(1);
  await mallory.end();
  await db.pool.query('drop owned by mallory cascade; drop role mallory');
});
