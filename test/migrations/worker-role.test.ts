// What a worker may delete: tasks of pull queues that it has leased, by their tokens. Also where an application's function stands between.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { clientOfLogin, dropLogins } from '../support/logins.ts';
import { refusal, row, value } from '../support/sql.ts';

const db = useDatabase();
let worker: Awaited<ReturnType<typeof clientOfLogin>>;
const NOBODYS = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
  worker = await clientOfLogin(db.url, ['taskqueue_worker']);
});
afterAll(async () => {
  await worker.end();
  await dropLogins(db.url);
});

const left = () => value<number>(db.pool, 'select count(*)::integer from taskqueue._tasks');

test('a task that another has leased, or nobody, stays', async () => {
  await db.pool.query(`select taskqueue.add('pull', name => 'a', payload => 'x', transactional => false)`);
  const { lease_token } = await row<{ lease_token: string }>(
    db.pool,
    `select lease_token from taskqueue.lease_tasks('pull', 60)`,
  );
  const calls = [
    `taskqueue.delete_task('pull', 'a')`,
    `taskqueue.delete_task(queue => 'pull', name => 'a', lease_token => null)`,
    `taskqueue.delete_tasks('pull', '{a}')`,
    `taskqueue.delete_tasks('pull', '{a}', null)`,
    `taskqueue.delete_tasks('pull', '{a}', '{null}')`,
    `taskqueue.delete_tasks('pull', '{a}', '{}')`,
    `taskqueue.delete_tasks('pull', '{a,b}', array['${NOBODYS}']::uuid[])`,
    `taskqueue._delete_tasks('pull', '{a}', null)`,
  ];
  for (const call of calls)
    expect(await refusal(worker.query(`select * from ${call}`)), call).toMatchObject({ code: '42501' });
  // Settings that say otherwise change nothing.
  await worker.query(`select set_config('taskqueue.actor', 'postgres', false), set_config('role', 'none', false)`);
  expect((await refusal(worker.query(`select taskqueue.delete_task('pull', 'a')`))).message).toContain(
    'lease_tokens must have',
  );
  expect(await value(worker, `select taskqueue.delete_task('pull', 'a', $1)`, [NOBODYS])).toBe(false);
  expect(await left()).toBe(1);
  expect(await value(worker, `select taskqueue.delete_task('pull', 'a', $1)`, [lease_token])).toBe(true);
  expect(await left()).toBe(0);
});

test('a push task stays, with its token too', async () => {
  await db.pool.query(`select taskqueue.add(name => 'b', transactional => false)`);
  const { lease_token } = await row<{ lease_token: string }>(
    db.pool,
    `select lease_token from taskqueue.claim_tasks('default', 1)`,
  );
  for (const call of [`delete_task('default', 'b', $1)`, `delete_tasks('default', '{b}', array[$1::uuid])`])
    expect(await refusal(worker.query(`select * from taskqueue.${call}`, [lease_token]))).toMatchObject({
      code: 'TQ021',
    });
  expect(await left()).toBe(1);
});

test('an application’s own function deletes with the rights of its owner', async () => {
  const role = `app_${process.pid}`;
  await db.pool.query(`
    create role ${role}; grant taskqueue_operator to ${role}; grant create on schema public to ${role}; grant usage on schema public to public;
    create function public.cancel(name text) returns boolean language sql security definer as $$ select taskqueue.delete_task('default', name) $$;
    alter function public.cancel(text) owner to ${role}`);
  expect(await value(worker, `select public.cancel('b')`)).toBe(true);
  await db.pool.query(`drop owned by ${role} cascade; drop role ${role}`);
});
