// Each administrative act leaves a row, in its own transaction; nothing takes one away.
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, rows } from '../../support/sql.ts';

const db = useDatabase();
const entries = (object: string) =>
  rows<Record<string, unknown>>(db.pool, 'select * from taskqueue.audit where object = $1 order by id', [object]);

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('mail', rate => '5/s')`);
});

test.each([
  [`update_queue('mail', rate => '10/s')`, 'update', 'queue mail', { rate: '5/s' }, { rate: '10/s' }],
  [`pause_queue('mail', reason => 'down')`, 'pause', 'queue mail', { state: 'running' }, { state: 'paused' }],
  [`resume_queue('mail')`, 'resume', 'queue mail', { state: 'paused' }, { state: 'running' }],
  [`purge_queue('mail')`, 'purge', 'queue mail', { tasks: 0 }, null],
  [`set_target('default', 'http://a')`, 'set', 'target default', null, { url: 'http://a' }],
  [`set_target('default', 'http://b')`, 'set', 'target default', { url: 'http://a' }, { url: 'http://b' }],
  [`remove_target('default')`, 'remove', 'target default', { url: 'http://b' }, null],
  [`rotate_key('default', 'env:SECRET')`, 'rotate', 'key of default', null, { reference: 'env:SECRET' }],
  [`revoke_key('default', 'env:SECRET')`, 'revoke', 'key of default', { reference: 'env:SECRET' }, null],
  [`create_queue('other')`, 'create', 'queue other', null, { name: 'other' }],
  [`delete_queue('other')`, 'delete', 'queue other', { name: 'other', tasks: 0 }, null],
])('%s', async (call, act, object, before, after) => {
  await db.pool.query(`select taskqueue.${call}`);
  const last = (await entries(object)).at(-1);
  expect(last).toMatchObject({ act, object, actor: 'postgres', at: expect.any(Date) });
  expect(last?.before).toEqual(before && expect.objectContaining(before));
  expect(last?.after).toEqual(after && expect.objectContaining(after));
});

test('running and putting back a task are acts, too', async () => {
  await db.pool.query(`select taskqueue.update_queue('mail', retry => '{"task_retry_limit": 0}')`);
  await db.pool.query(`select taskqueue.add('mail', name => 'it', transactional => false)`);
  await db.pool.query(`select taskqueue.run_task('mail', 'it')`);
  await db.pool.query(
    `select taskqueue.fail_task('mail', id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks('mail', 1)`,
  );
  await db.pool.query(`select taskqueue.requeue_task('mail', 'it')`);
  expect((await entries('task mail/it')).map(({ act }) => act)).toEqual(['run', 'requeue']);
});

test('an act that is rolled back leaves no row, one that is refused neither', async () => {
  const client = await db.client();
  await client.query('begin');
  await client.query(`select taskqueue.create_queue('undone')`);
  await client.query('rollback');
  expect(await refusalCode(db.pool.query(`select taskqueue.pause_queue('undone')`))).toBe('TQ001');
  expect(await entries('queue undone')).toEqual([]);
});

test('says which role it was, which program, for whom and why', async () => {
  const operator = await db.asRole('taskqueue_operator');
  await operator.query(`set application_name = 'night shift'`);
  await operator.query(
    `select set_config('taskqueue.actor', 'ada@example.com', false), set_config('taskqueue.reason', 'ticket 7', false)`,
  );
  await operator.query(`select taskqueue.purge_queue('mail')`);
  expect((await entries('queue mail')).at(-1)).toMatchObject({
    actor: 'postgres as taskqueue_operator for ada@example.com',
    via: 'night shift',
    reason: 'ticket 7',
  });
});

test.each([
  `update taskqueue._audit set actor = 'nobody'`,
  'delete from taskqueue._audit',
  'truncate taskqueue._audit',
])('refused, to the owner too: %s', async (statement) => {
  expect(await refusalCode(db.pool.query(statement))).toBe('42501');
});
