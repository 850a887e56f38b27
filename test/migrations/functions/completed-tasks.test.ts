// Completed tasks that a queue keeps, and how tasks ended.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
let queue: string;
beforeAll(async () => {
  clock = await movableClock(db.pool);
});

const create = async (keep: string, mode = 'pull', more = '') => {
  queue = nextName('kept');
  await db.pool.query(
    `select taskqueue.create_queue($1, mode => $2, rate => '500/s', bucket_size => 500, keep_completed => $3 ${more})`,
    [queue, mode, keep],
  );
};
const add = (name: string, tag: string | null = null) =>
  db.pool.query(`select taskqueue.add($1, name => $2, tag => $3, payload => 'x', transactional => false)`, [
    queue,
    name,
    tag,
  ]);
const lease = (max = 100) =>
  rows<{ name: string; lease_token: string }>(db.pool, 'select * from taskqueue.lease_tasks($1, 60, $2)', [queue, max]);
const finish = (name: string, token: string | undefined) =>
  value<boolean>(db.pool, 'select taskqueue.delete_task($1, $2, $3)', [queue, name, token]);
const kept = async () =>
  (
    await rows<{ name: string }>(
      db.pool,
      'select name from taskqueue.completed_tasks where queue = $1 order by completed, name',
      [queue],
    )
  ).map(({ name }) => name);
const outcome = async (name: string) =>
  row<{ outcome: string; attempts: number | null; error: string | null }>(
    db.pool,
    'select outcome, attempts, error from taskqueue.task_outcome($1, $2)',
    [queue, name],
  );
/** Claims and completes all push tasks that are due. */
const dispatch = async () => {
  const { ids, tokens } = await row<{ ids: string[]; tokens: string[] }>(
    db.pool,
    `select array_agg(id::text) as ids, array_agg(lease_token::text) as tokens from taskqueue.claim_tasks($1, 100)`,
    [queue],
  );
  return rows(db.pool, 'select taskqueue.complete_tasks($1, $2, $3)', [queue, ids, tokens]);
};

test('a queue keeps no completed task unless it is told to', async () => {
  await create('none');
  await add('a');
  await finish('a', (await lease())[0]?.lease_token);
  expect(await kept()).toEqual([]);
  expect(await outcome('a')).toMatchObject({ outcome: 'ended' });
});

describe('all', () => {
  test('keeps what workers finish, one by one and in batches, and not what operators delete', async () => {
    await create('all');
    for (const name of ['a', 'b', 'c', 'deleted', 'stale']) await add(name, 'user-1');
    await db.pool.query('select taskqueue.add_tasks($1, $2)', [queue, '[{"payload": "x"}, {"payload": "y"}]']);
    const leased = await lease();
    const token = (name: string) => leased.find((one) => one.name === name)?.lease_token;
    const generated = leased.filter(({ name }) => name.startsWith('task-'));
    await finish('a', token('a'));
    await finish('stale', '00000000-0000-7000-8000-000000000000');
    const batch = ['b', 'c', ...generated.map(({ name }) => name)];
    const answers = await rows<{ deleted: boolean }>(
      db.pool,
      'select deleted from taskqueue.delete_tasks($1, $2, $3)',
      [queue, batch, batch.map(token)],
    );
    expect(answers.every(({ deleted }) => deleted)).toBe(true);
    await db.pool.query('select taskqueue.delete_task($1, $2)', [queue, 'deleted']);
    expect(new Set(await kept())).toEqual(new Set(['a', ...batch]));
    expect(await outcome('a')).toMatchObject({ outcome: 'completed', attempts: 1 });
    expect(await value(db.pool, `select detail from taskqueue.explain_task($1, 'a')`, [queue])).toMatch(
      /^It was completed at .*, after 1 lease; its name can't be reused until /,
    );
    expect(await outcome(generated[0]?.name as string)).toMatchObject({ outcome: 'completed' });
    expect(await outcome('deleted')).toMatchObject({ outcome: 'ended' });
    expect(await outcome('stale')).toMatchObject({ outcome: 'waiting' });
    expect(await outcome('never')).toMatchObject({ outcome: 'unknown' });
  });

  test('keeps what dispatchers complete', async () => {
    await create('all', 'push');
    await add('mail');
    await add('other');
    expect(await dispatch()).toHaveLength(2);
    expect(
      await rows(db.pool, 'select name, attempts from taskqueue.completed_tasks where queue = $1 and name = $2', [
        queue,
        'mail',
      ]),
    ).toEqual([{ name: 'mail', attempts: 1 }]);
  });

  test('keeps what is finished by name over REST, if it is leased', async () => {
    await create('all');
    await add('leased');
    await lease();
    await add('waiting');
    for (const name of ['leased', 'waiting'])
      expect(await value(db.pool, 'select taskqueue.finish_task($1, $2)', [queue, name])).toBe(true);
    expect(await kept()).toEqual(['leased']);
  });

  test('a worker that rolls back has completed nothing', async () => {
    await create('all');
    await add('a');
    const token = (await lease())[0]?.lease_token;
    const client = await db.client();
    await client.query('begin');
    await client.query('select taskqueue.delete_task($1, $2, $3)', [queue, 'a', token]);
    await client.query('rollback');
    expect(await kept()).toEqual([]);
    expect(await outcome('a')).toMatchObject({ outcome: 'waiting' });
  });
});

test('failures keeps what had failed before', async () => {
  await create('failures');
  await add('first');
  await add('again');
  const leased = await lease();
  const token = (name: string) => leased.find((one) => one.name === name)?.lease_token;
  await finish('first', token('first'));
  await db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, 0)', [queue, 'again', token('again')]);
  await finish('again', (await lease())[0]?.lease_token);
  expect(await kept()).toEqual(['again']);
});

test('a share keeps about as many', async () => {
  await create('30%');
  for (let n = 0; n < 10; n++) {
    const tasks = Array.from({ length: 100 }, () => ({ payload: 'x' }));
    await db.pool.query('select taskqueue.add_tasks($1, $2, transactional => false)', [queue, JSON.stringify(tasks)]);
    const leased = await lease();
    await db.pool.query('select taskqueue.delete_tasks($1, $2, $3)', [
      queue,
      leased.map(({ name }) => name),
      leased.map(({ lease_token }) => lease_token),
    ]);
  }
  const count = (await kept()).length;
  expect(count).toBeGreaterThan(200); // 300 ± 14.5: seven deviations
  expect(count).toBeLessThan(400);
});

test('a dead task tells why; one that was requeued waits again', async () => {
  await create('none', 'pull', `, retry => '{"task_retry_limit": 1}'`);
  await add('poison');
  for (let n = 0; n < 3; n++)
    for (const { name, lease_token } of await lease())
      await db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, 0)', [queue, name, lease_token]);
  expect(await outcome('poison')).toMatchObject({ outcome: 'dead', attempts: 1 });
  await db.pool.query('select taskqueue.requeue_task($1, $2)', [queue, 'poison']);
  expect(await outcome('poison')).toMatchObject({ outcome: 'waiting' });
});

describe('days', () => {
  beforeEach(() => clock.set('2031-05-10 12:00:00+00'));
  afterAll(() => clock.set('2026-01-01 00:00:00+00'));
  const sweep = () => db.pool.query('select taskqueue.sweep_completed_tasks()');
  const place = (name: string) =>
    value<string>(db.pool, `select tableoid::regclass::text from taskqueue._completed_tasks where name = $1`, [name]);
  const complete = async (name: string) => {
    await add(name);
    expect(await finish(name, (await lease())[0]?.lease_token)).toBe(true);
  };

  test('a task is kept before there is a partition for it, and in that of the day it expires after', async () => {
    await create('all', 'pull', `, completed_retention => '30 days'`);
    await complete('early');
    expect(await place('early')).toBe('taskqueue._completed_tasks_default');
    await sweep();
    await clock.set('2031-05-11 12:00:00+00');
    await complete('placed');
    expect(await place('placed')).toBe('taskqueue._completed_tasks_20310610');
    await sweep();
    await clock.set('2031-06-12 00:00:01+00');
    expect(await kept()).toEqual([]);
    await sweep();
    expect(await value(db.pool, 'select count(*)::integer from taskqueue._completed_tasks')).toBe(0);
    expect(await value(db.pool, `select to_regclass('taskqueue._completed_tasks_20310610') is null as dropped`)).toBe(
      true,
    );
  });

  test('a session that reads the table holds up neither a sweep nor a completion', async () => {
    await create('all');
    const reader = await db.client();
    await reader.query('begin');
    await reader.query('select count(*) from taskqueue.completed_tasks');
    await sweep();
    await complete('meanwhile');
    await reader.query('rollback');
    expect(await kept()).toEqual(['meanwhile']);
  });
});

test.each([
  ['keep_completed', 'some'],
  ['keep_completed', '101%'],
  ['keep_completed', '-1%'],
  ['dead_retention', '366 days'],
  ['completed_retention', '-1 second'],
  ['attempt_retention', 'infinity'],
  ['on_dead', '[]'],
  ['on_dead', '{"url": "/x"}'],
  ['on_dead', '{"queue": "a b"}'],
  ['on_dead', '{"queue": "ops", "more": 1}'],
])('%s %s is rejected', async (setting, wrong) => {
  await expect(
    db.pool.query(`select taskqueue.create_queue('wrong', ${setting} => $1)`, [wrong]),
  ).rejects.toMatchObject({ code: setting === 'attempt_retention' ? expect.stringMatching(/^(TQ008|22)/) : 'TQ008' });
  const queues = JSON.stringify({
    queue: [{ name: 'wrong', rate: '1/s', [setting]: setting === 'on_dead' ? JSON.parse(wrong) : wrong }],
  });
  await expect(db.pool.query('select taskqueue.apply_queues($1)', [queues])).rejects.toMatchObject({ code: 'TQ008' });
});
