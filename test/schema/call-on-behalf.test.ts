// Every operator function called on behalf of someone is audited as such within the same statement, without any work by
// its HTTP caller.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { type Executor, onBehalfOf } from '../../src/postgres/executor.ts';
import { call, run } from '../../src/schema/call.ts';
import type { FunctionArguments, FunctionName } from '../../src/schema/functions.ts';
import { createToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { row, rows, value } from '../support/sql.ts';

const db = useDatabase();
const BEHALF = { actor: 'ada@example.com (token 1)', reason: 'ticket 7', requestId: 'req-1' };
let operator: pg.Client;

beforeAll(async () => {
  operator = await db.asRole('taskqueue_operator');
  await db.pool.query(`select taskqueue.create_queue('mail'), taskqueue.create_queue('gone'), taskqueue.create_queue('short',
    retry => '{"task_retry_limit": 0}')`);
});

const add = (queue: string, name: string) =>
  db.pool.query(`select taskqueue.add($1, name => $2, payload => 'x', transactional => false)`, [queue, name]);

/** Adds a task that becomes dead. */
async function die(name: string): Promise<void> {
  await add('short', name);
  await db.pool.query(`select taskqueue.fail_task('short', id, lease_token, 500, 'App Error', true, false)
    from taskqueue.claim_tasks('short', 1)`);
}

interface Act {
  before?: () => Promise<unknown>;
  given: () => Record<string, unknown> | Promise<Record<string, unknown>>;
}
const just = (given: Record<string, unknown>, before?: () => Promise<unknown>): Act =>
  before ? { before, given: () => given } : { given: () => given };

const MOMENTS = { due: '2026-01-01T00:00:00Z', created: '2026-01-01T00:00:00Z' };

const acts: Record<string, Act> = {
  create_queue: just({ queue: 'new', retry: '{"min_backoff_seconds": 1}' }),
  update_queue: just({ queue: 'new', rate: '1/s' }),
  pause_queue: just({ queue: 'mail', until: new Date(Date.now() + 60_000) }),
  resume_queue: just({ queue: 'mail' }),
  purge_queue: just({ queue: 'mail' }),
  delete_queue: just({ queue: 'gone' }),
  apply_queues: just({ config: '{"queue": [{"name": "filed", "rate": "5/s"}]}' }),
  set_limits: just({ bytes: '1G' }),
  apply_crons: just({ config: '{"cron": [{"url": "/a", "schedule": "every day 09:00"}]}' }),
  run_cron: just({ name: 'a' }),
  set_target: just({ name: 'default', url: 'http://a' }),
  remove_target: just({ name: 'default' }),
  allow_url: just({ entry: 'a.example' }),
  disallow_url: just({ entry: 'a.example' }),
  rotate_key: just({ target: 'default', reference: 'env:A' }),
  revoke_key: just({ target: 'default', reference: 'env:A' }),
  create_token: just({ email: 'ada@example.com', rights: ['read'], queues: ['a*'] }),
  revoke_token: { given: async () => ({ id: (await createToken(db.pool, 'eve@example.com')).id }) },
  run_task: just({ queue: 'mail', name: 'run' }, () => add('mail', 'run')),
  requeue_task: just({ queue: 'short', name: 'dead' }, () => die('dead')),
  requeue_tasks: just({ queue: 'short' }, async () => {
    await db.pool.query(`select taskqueue.purge_queue('short')`);
    await die('dead-too');
  }),
  delete_task: just({ queue: 'mail', name: 'one' }, () => add('mail', 'one')),
  delete_tasks: just({ queue: 'mail', names: ['two'], lease_tokens: [null] }, () => add('mail', 'two')),
  delete_dead_task: just({ queue: 'short', name: 'dead-and-gone' }, async () => {
    await db.pool.query(`select taskqueue.purge_queue('short')`);
    await die('dead-and-gone');
  }),
  release_name: just({ queue: 'mail', name: 'used', reason: BEHALF.reason }, async () => {
    await add('mail', 'used');
    await db.pool.query(`select taskqueue.delete_task('mail', 'used')`);
  }),
  export_tasks: just({ queue: 'mail' }, () => add('mail', 'leaves')),
  undo_export: just({ queue: 'mail' }),
  finish_export: just({ queue: 'mail' }, () => db.pool.query(`select taskqueue.export_tasks('mail')`)),
  import_tasks: just({
    queue: 'mail',
    content: JSON.stringify({ batch: randomUUID(), mode: 'push', tasks: [{ name: 'arrives', url: '/', ...MOMENTS }] }),
  }),
  cancel_job: {
    given: async () => ({
      id: await value(db.pool, `select taskqueue.create_job('mail', 'delete', 1, filter => '{}')`),
    }),
  },
};

/** An executor that counts statements. */
function counting(client: pg.Client) {
  const sent: string[] = [];
  const executor: Executor = {
    query: (text, values) => {
      sent.push(text);
      return client.query(text, values);
    },
  };
  return { executor, sent };
}

// verify is volatile because it reads twice. A job is audited when it ends.
test('the table names every volatile function of operators', async () => {
  const found = await rows<{ proname: string }>(
    db.pool,
    `select distinct p.proname from pg_proc as p, aclexplode(p.proacl) as a
     where p.pronamespace = 'taskqueue'::regnamespace and p.provolatile = 'v' and p.proname !~ '^_' and p.proname <> all ('{verify,create_job}') and a.grantee = 'taskqueue_operator'::regrole`,
  );
  expect(found.map(({ proname }) => proname).sort()).toEqual(Object.keys(acts).sort());
});

test('each of them, called on behalf of someone, sends one statement and audits caller, reason and request', async () => {
  for (const [name, { before, given }] of Object.entries(acts)) {
    await before?.();
    const all = (await given()) as FunctionArguments<FunctionName>;
    const last = await value<string>(db.pool, 'select coalesce(max(id), 0) from taskqueue.audit');
    const { executor, sent } = counting(operator);
    await run(onBehalfOf(executor, BEHALF), call(name as FunctionName, all));
    expect([name, sent.length]).toEqual([name, 1]);
    const noted = await rows(db.pool, 'select actor, reason, request_id from taskqueue.audit where id > $1', [last]);
    expect([name, noted.length > 0]).toEqual([name, true]);
    for (const each of noted) {
      expect([name, each]).toEqual([
        name,
        { actor: `postgres as taskqueue_operator for ${BEHALF.actor}`, reason: 'ticket 7', request_id: 'req-1' },
      ]);
    }
  }
});

test('the result is that of a plain call', async () => {
  const bare = call('queue_statistics', { queue: 'mail' });
  const { executor } = counting(operator);
  expect(await run(onBehalfOf(executor, BEHALF), bare)).toEqual(await run(executor, bare));
  const [paused] = await run(onBehalfOf(executor, BEHALF), call('pause_queue', { queue: 'mail', reason: 'own' }));
  expect(paused).toMatchObject({ name: 'mail', state: 'paused', paused_reason: 'own' });
  const [scalar] = await run(onBehalfOf(executor, BEHALF), call('purge_queue', { queue: 'mail' }));
  expect(scalar).toEqual({ purge_queue: expect.anything() });
});

test('the reason of a call takes precedence, and does not leak to other acts', async () => {
  const { executor } = counting(operator);
  const last = () =>
    row(db.pool, 'select actor, reason, request_id from taskqueue.audit where object = $1 order by id desc limit 1', [
      'queue mail',
    ]);
  await run(onBehalfOf(executor, BEHALF), call('pause_queue', { queue: 'mail', reason: 'own' }));
  expect(await last()).toMatchObject({ reason: 'own', request_id: 'req-1' });
  await run(executor, call('resume_queue', { queue: 'mail' }));
  expect(await last()).toEqual({ actor: 'postgres as taskqueue_operator', reason: null, request_id: null });
  await run(onBehalfOf(executor, { actor: 'bob' }), call('resume_queue', { queue: 'mail' }));
  expect(await last()).toEqual({ actor: 'postgres as taskqueue_operator for bob', reason: null, request_id: null });
});

test('the first argument may be of any type', async () => {
  const executor = onBehalfOf(db.pool as Executor, BEHALF);
  const limits = await run(executor, call('set_limits', { queues: 1000 }));
  expect(limits).toHaveLength(1);
  expect(await value(db.pool, `select actor from taskqueue.audit order by at desc limit 1`)).toContain(BEHALF.actor);
});
