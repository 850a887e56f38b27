// Every act of an operator is on record, and nothing that tasks do by themselves: walked by the rights that roles have.

import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('mail'), taskqueue.create_queue('pull', mode => 'pull'), taskqueue.create_queue('short',
    retry => '{"task_retry_limit": 0}'), taskqueue.create_queue('gone')`);
});

/**
 * The volatile functions that a role may call; verify is one because it looks twice, and a job is recorded when it ends.
 */
const volatileOf = async (role: string) =>
  (
    await rows<{ proname: string }>(
      db.pool,
      `select distinct p.proname from pg_proc as p, aclexplode(p.proacl) as a
       where p.pronamespace = 'taskqueue'::regnamespace and p.provolatile = 'v' and p.proname !~ '^_' and p.proname not in ('verify', 'create_job') and a.grantee = $1::regrole`,
      [`taskqueue_${role}`],
    )
  ).map(({ proname }) => proname);
const recorded = () => value<number>(db.pool, 'select count(*)::integer from taskqueue.audit');
const add = (queue: string, name: string) =>
  db.pool.query(`select taskqueue.add($1, name => $2, payload => 'x', transactional => false)`, [queue, name]);
/** Adds a task and lets it die. */
async function die(name: string): Promise<void> {
  await add('short', name);
  await db.pool.query(`select taskqueue.fail_task('short', id, lease_token, 500, 'App Error', true, false)
    from taskqueue.claim_tasks('short', 1)`);
}

/** For each function of operators: what has to be there, and a call that changes something. */
const acts: Record<string, { before?: () => Promise<unknown>; call: string }> = {
  create_queue: { call: `create_queue('new')` },
  update_queue: { call: `update_queue('new', rate => '1/s')` },
  pause_queue: { call: `pause_queue('mail')` },
  resume_queue: { call: `resume_queue('mail')` },
  purge_queue: { call: `purge_queue('mail')` },
  delete_queue: { call: `delete_queue('gone')` },
  apply_queues: { call: `apply_queues('{"queue": [{"name": "filed", "rate": "5/s"}]}')` },
  set_limits: { call: `set_limits(bytes => '1G')` },
  apply_crons: { call: `apply_crons('{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}')` },
  run_cron: { call: `run_cron('a')` },
  set_target: { call: `set_target('default', 'http://a')` },
  remove_target: { call: `remove_target('default')` },
  allow_url: { call: `allow_url('a.example')` },
  disallow_url: { call: `disallow_url('a.example')` },
  rotate_key: { call: `rotate_key('default', 'env:A')` },
  revoke_key: { call: `revoke_key('default', 'env:A')` },
  create_token: { call: `create_token('ada@example.com')` },
  revoke_token: { call: `revoke_token((select id from taskqueue.tokens limit 1))` },
  run_task: { before: () => add('mail', 'run'), call: `run_task('mail', 'run')` },
  requeue_task: { before: () => die('dead'), call: `requeue_task('short', 'dead')` },
  requeue_tasks: {
    before: async () => {
      await db.pool.query(`select taskqueue.purge_queue('short')`);
      await die('dead-too');
    },
    call: `requeue_tasks('short')`,
  },
  cancel_job: {
    before: () => db.pool.query(`select taskqueue.create_job('mail', 'delete', 1, names => '{x}')`),
    call: `cancel_job((select max(id) from taskqueue.jobs))`,
  },
  delete_dead_task: {
    before: async () => {
      await db.pool.query(`select taskqueue.purge_queue('short')`);
      await die('dead-three');
    },
    call: `delete_dead_task('short', 'dead-three')`,
  },
  release_name: { call: `release_name('short', 'dead-three')` },
  export_tasks: { before: () => add('mail', 'moving'), call: `export_tasks('mail')` },
  undo_export: { call: `undo_export('mail')` },
  finish_export: {
    before: () => db.pool.query(`select taskqueue.export_tasks('mail')`),
    call: `finish_export('mail')`,
  },
  import_tasks: {
    call: `import_tasks('mail', '{"batch": "00000000-0000-4000-8000-000000000001", "mode": "push",
      "tasks": [{"name": "arrived", "due": "2026-01-01T00:00:00Z", "created": "2026-01-01T00:00:00Z"}]}')`,
  },
  delete_task: { before: () => add('mail', 'one'), call: `delete_task('mail', 'one')` },
  delete_tasks: {
    before: async () => {
      await add('mail', 'two');
      await add('mail', 'three');
    },
    call: `delete_tasks('mail', '{two,three}')`,
  },
};

test('each volatile function of operators leaves a row with a call, which names the login', async () => {
  const functions = await volatileOf('operator');
  expect(functions.sort()).toEqual(Object.keys(acts).sort());
  const operator = await db.asRole('taskqueue_operator');
  for (const [name, { before, call }] of Object.entries(acts)) {
    await before?.();
    const earlier = await recorded();
    await operator.query(`select * from taskqueue.${call}`);
    expect(await recorded(), name).toBeGreaterThan(earlier);
    const last = await row<{ actor: string }>(db.pool, 'select actor from taskqueue.audit order by id desc limit 1');
    expect(last.actor, name).toBe('postgres as taskqueue_operator');
  }
});

test('no token is in it, nor what could be made of one', async () => {
  const { id, token } = await row<{ id: string; token: string }>(
    db.pool,
    `select * from taskqueue.create_token('eve@example.com')`,
  );
  await db.pool.query('select taskqueue.revoke_token($1)', [id]);
  const all = await value<string>(db.pool, `select string_agg(a::text, ' ') from taskqueue.audit as a`);
  expect(all).toContain(id);
  expect(all).toContain('eve@example.com');
  for (const secret of [token, token.slice(3)]) expect(all).not.toContain(secret);
  expect(all).not.toContain(await value(db.pool, `select encode(sha256(convert_to($1, 'UTF8')), 'hex')`, [token]));
});

test('a deletion of many without their tokens is one row of bounded length; with the tokens none', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `many-${i}`);
  await db.pool.query('select taskqueue.add_tasks($1, $2, transactional => false)', [
    'pull',
    JSON.stringify(names.map((name) => ({ name, payload: 'x' }))),
  ]);
  const held = await rows<{ name: string; lease_token: string }>(
    db.pool,
    `select name, lease_token from taskqueue.lease_tasks('pull', 60, 100)`,
  );
  const remove = (some: typeof held, tokens: (string | null)[]) =>
    db.pool.query(`select from taskqueue.delete_tasks('pull', $1, $2)`, [some.map(({ name }) => name), tokens]);
  const proofs = (some: typeof held) => some.map(({ lease_token }) => lease_token);
  const earlier = await recorded();
  await remove(held.slice(0, 10), proofs(held.slice(0, 10)));
  expect(await recorded()).toBe(earlier);
  await remove(held.slice(10, 20), [...proofs(held.slice(10, 15)), null, null, null, null, null]);
  expect(await recorded()).toBe(earlier + 1);
  await remove(
    held.slice(20),
    held.slice(20).map(() => null),
  );
  const last = await row<{ act: string; object: string; before: { tasks: number; names: string[] } }>(
    db.pool,
    'select act, object, before from taskqueue.audit order by id desc limit 1',
  );
  expect(last).toMatchObject({ act: 'delete_tasks', object: 'queue pull', before: { tasks: 80 } });
  expect(last.before.names).toHaveLength(20);
  await remove(
    held,
    held.map(() => null),
  ); // they are gone: nothing was done
  expect(await recorded()).toBe(earlier + 2);
});

test('adding, leasing and settling leave none', async () => {
  const earlier = await recorded();
  const client = await db.client();
  for (const statement of [
    `taskqueue.add('mail', url => '/a')`,
    `taskqueue.add_tasks('mail', '[{}, {"countdown": 60}]')`,
    `taskqueue.add('pull', payload => 'x')`,
    `taskqueue.add('pull', payload => 'y', name => 'rest', transactional => false)`,
    `taskqueue.claim_tasks('mail', 1) as t, taskqueue.complete_tasks('mail', array[t.id], array[t.lease_token])`,
    `taskqueue.claim_tasks('mail', 1) as t, taskqueue.fail_task('mail', t.id, t.lease_token, 500, 'App Error', true, false)`,
    `taskqueue.claim_tasks('mail', 1) as t, taskqueue.release_tasks('mail', array[t.id], array[t.lease_token], 1)`,
    `taskqueue.record_attempts('[]')`,
    `taskqueue.sweep_queue('mail'), taskqueue.clean_purged('mail'), taskqueue.maintain_queue('mail')`,
    `taskqueue.begin_wait('pull')`,
    `taskqueue.lease_tasks('pull', 30, 1) as t, taskqueue.modify_task_lease('pull', t.name, t.lease_token, 60)`,
    `taskqueue.lease_tasks('pull', 30, 1) as t, taskqueue.delete_task('pull', t.name, t.lease_token)`,
  ])
    await client.query(`select * from ${statement}`);
  await db.pool.query(`select taskqueue.add('pull', payload => 'z')`);
  await client.query(`select taskqueue.finish_task('pull', t.name) from taskqueue.lease_tasks('pull', 30, 10) as t`);
  expect(await recorded()).toBe(earlier);
});

test('over REST: to remove a task that nobody has leased is an act', async () => {
  await add('pull', 'idle');
  const earlier = await recorded();
  expect(await value(db.pool, `select taskqueue.finish_task('pull', 'idle')`)).toBe(true);
  expect(await value(db.pool, `select taskqueue.finish_task('pull', 'idle')`)).toBe(false);
  expect(await recorded()).toBe(earlier + 1);
});
