// lease_tasks, modify_task_lease, delete_task: who holds what until when, and who can no longer do what.
import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusal, refusalCode, row, rows, value } from '../../support/sql.ts';

interface Leased {
  name: string;
  eta: Date;
  payload: Buffer;
  retry_count: number;
  lease_token: string;
}

const db = useDatabase();
let queue: string;

beforeEach(async () => {
  queue = nextName('pull');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

const add = (tasks: object[]) =>
  rows<{ name: string }>(db.pool, 'select * from taskqueue.add_tasks($1, $2, transactional => false)', [
    queue,
    JSON.stringify(tasks),
  ]);
const lease = (seconds: unknown = 60, max: unknown = 1) =>
  rows<Leased>(db.pool, 'select * from taskqueue.lease_tasks($1, $2, $3)', [queue, seconds, max]);
const modify = (task: { name: string; lease_token: string }, seconds: unknown) =>
  row<Leased>(db.pool, 'select * from taskqueue.modify_task_lease($1, $2, $3, $4)', [
    queue,
    task.name,
    task.lease_token,
    seconds,
  ]);
const remove = (name: string, token?: string) =>
  value<boolean>(db.pool, 'select taskqueue.delete_task($1, $2, $3)', [queue, name, token ?? null]);
const expire = () =>
  db.pool.query(
    `update taskqueue._tasks set leased_until = clock_timestamp() - interval '1 s' where leased_until > clock_timestamp()`,
  );
const first = async (tasks: Promise<Leased[]>): Promise<Leased> => {
  const [task] = await tasks;
  if (!task) throw new Error('nothing was leased');
  return task;
};

describe('lease_tasks', () => {
  test('gives the oldest tasks, with payload, tag, count and the end of the lease', async () => {
    await add([
      { payload: 'a', name: 'a', tag: 't' },
      { payload_base64: '/w==', name: 'b' },
      { payload: 'c', name: 'c' },
    ]);
    const leased = await lease(60, 2);
    expect(leased).toMatchObject([
      { queue, name: 'a', payload: Buffer.from('a'), tag: 't', retry_count: 1 },
      { queue, name: 'b', payload: Buffer.from([255]), tag: null, retry_count: 1 },
    ]);
    const ends = (leased[0]?.eta.getTime() ?? 0) - Date.now();
    expect(ends).toBeGreaterThan(50_000);
    expect(ends).toBeLessThanOrEqual(60_000);
    expect(leased[0]?.lease_token).toBe(leased[1]?.lease_token); // one lease, two tasks
  });

  test('gives a task to no one else until the lease ends, and then again', async () => {
    await add([{ payload: 'a' }]);
    const before = await first(lease());
    expect(await lease()).toEqual([]);
    expect(
      await row(db.pool, 'select state, eta, lease_until, retry_count from taskqueue.tasks where queue = $1', [queue]),
    ).toEqual({
      state: 'leased',
      eta: before.eta,
      lease_until: before.eta,
      retry_count: 1,
    });
    await expire();
    const after = await first(lease());
    expect(after).toMatchObject({ name: before.name, retry_count: 2 });
    expect(after.lease_token).not.toBe(before.lease_token);
  });

  test('gives nothing before its eta', async () => {
    await add([{ payload: 'a', countdown: 3600 }]);
    expect(await lease()).toEqual([]);
  });

  test('ends a lease that is further ahead than any can be: the clock was set back', async () => {
    await add([{ payload: 'a' }]);
    await lease();
    await db.pool.query(`update taskqueue._tasks set leased_until = clock_timestamp() + interval '30 days'`);
    expect(await lease()).toHaveLength(1);
  });

  test('takes zero seconds', async () => {
    await add([{ payload: 'a' }]);
    expect(await lease(0)).toHaveLength(1);
    expect(await lease(0)).toHaveLength(1);
  });

  test('lets a task go that has used up its leases: it is dead, and its name a tombstone', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 2}')`, [queue]);
    await add([
      { payload: 'a', name: 'limited' },
      { payload: 'b', name: 'own', retry: { task_retry_limit: 3 } },
    ]);
    for (let i = 1; i <= 2; i++) {
      expect((await lease(0, 10)).map((task) => [task.name, task.retry_count])).toEqual([
        ['limited', i],
        ['own', i],
      ]);
    }
    expect((await lease(0, 10)).map((task) => task.name)).toEqual(['own']);
    expect(await lease(0, 10)).toEqual([]);
    expect(
      await rows(db.pool, 'select name, reason from taskqueue.dead_tasks where queue = $1 order by name', [queue]),
    ).toEqual([
      { name: 'limited', reason: 'task_retry_limit' },
      { name: 'own', reason: 'task_retry_limit' },
    ]);
    expect(
      await refusalCode(
        add([{ payload: 'a', name: 'limited' }]).then((tasks) => {
          if (tasks.some((task) => (task as { result?: string }).result === 'tombstoned')) throw { code: 'tombstoned' };
        }),
      ),
    ).toBe('tombstoned');
  });

  test.each<[string, unknown, unknown, string]>([
    ['no seconds', null, 1, 'TQ101'],
    ['seconds below zero', -1, 1, 'TQ101'],
    ['more than seven days', 604801, 1, 'TQ101'],
    ['seconds that are no number', 'NaN', 1, 'TQ101'],
    ['endless seconds', 'Infinity', 1, 'TQ101'],
    ['no number of tasks', 60, null, 'TQ102'],
    ['no tasks', 60, 0, 'TQ102'],
    ['1001 tasks', 60, 1001, 'TQ102'],
  ])('refuses %s', async (_, seconds, max, code) => {
    expect(await refusalCode(lease(seconds, max))).toBe(code);
  });

  test('refuses a push queue, a paused queue and an unknown one', async () => {
    expect(await refusalCode(db.pool.query(`select * from taskqueue.lease_tasks('default', 60)`))).toBe('TQ021');
    expect(await refusalCode(db.pool.query(`select * from taskqueue.lease_tasks('none', 60)`))).toBe('TQ001');
    await db.pool.query(`select taskqueue.pause_queue($1, reason => 'migration')`, [queue]);
    expect(await refusal(lease())).toMatchObject({ code: 'TQ026', message: `queue ${queue} is paused: migration` });
  });
});

describe('modify_task_lease', () => {
  test('counts from now, and keeps the retry count', async () => {
    await add([{ payload: 'a' }]);
    const held = await first(lease(30));
    const extended = await modify(held, 600);
    expect(extended).toMatchObject({ name: held.name, retry_count: 1, lease_token: held.lease_token });
    expect(extended.eta.getTime() - Date.now()).toBeGreaterThan(590_000);
    expect(extended.eta.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
  });

  test('gives a task back with 0, and the proof with it', async () => {
    await add([{ payload: 'a' }]);
    const held = await first(lease());
    expect(await modify(held, 0)).toMatchObject({ name: held.name, retry_count: 1 });
    expect(await refusalCode(modify(held, 60))).toBe('TQ025');
    expect(await remove(held.name, held.lease_token)).toBe(false);
    expect(await lease()).toMatchObject([{ retry_count: 2 }]);
  });

  test('is refused once the lease has ended, taken over or not', async () => {
    await add([{ payload: 'a' }]);
    const zombie = await first(lease());
    await expire();
    expect(await refusal(modify(zombie, 60))).toMatchObject({
      code: 'TQ025',
      hint: expect.stringContaining('stop working'),
    });
    await lease();
    expect(await refusalCode(modify(zombie, 60))).toBe('TQ025');
  });

  test('says why there is no such task', async () => {
    const token = '00000000-0000-0000-0000-000000000000';
    await add([{ payload: 'a', name: 'gone' }]);
    await remove('gone');
    expect(await refusalCode(modify({ name: 'gone', lease_token: token }, 1))).toBe('TQ011');
    expect(await refusalCode(modify({ name: 'never', lease_token: token }, 1))).toBe('TQ014');
    expect(await refusalCode(modify({ name: 'a b', lease_token: token }, 1))).toBe('TQ005');
    expect(await refusalCode(modify({ name: 'never', lease_token: token }, -1))).toBe('TQ101');
    await add([{ payload: 'a', name: 'free' }]);
    expect(await refusalCode(modify({ name: 'free', lease_token: token }, 1))).toBe('TQ025');
    await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
    expect(await refusalCode(modify({ name: 'free', lease_token: token }, 1))).toBe('TQ026');
  });
});

describe('delete_task', () => {
  test('with its token: the holder finishes the task', async () => {
    await add([{ payload: 'a' }]);
    const held = await first(lease());
    expect(await remove(held.name, held.lease_token)).toBe(true);
    expect(await remove(held.name, held.lease_token)).toBe(false);
  });

  test('with its token: a zombie can’t, once another has the task; it can while nobody took it', async () => {
    await add([{ payload: 'a' }, { payload: 'b' }]);
    const [taken, left] = await lease(60, 2);
    await expire();
    const other = await first(lease());
    expect(other.name).toBe(taken?.name);
    expect(await remove(other.name, taken?.lease_token)).toBe(false);
    expect(await remove(other.name, other.lease_token)).toBe(true);
    expect(await remove(left?.name ?? '', left?.lease_token)).toBe(true);
  });

  test('without one: anyone who knows the name can, leased or not', async () => {
    await add([{ payload: 'a', name: 'a' }]);
    await lease();
    expect(await remove('a')).toBe(true);
    expect(await remove('a')).toBe(false);
    expect(await remove('never')).toBe(false);
    expect(await refusalCode(db.pool.query(`select taskqueue.delete_task('none', 'a')`))).toBe('TQ001');
  });

  test('delete_tasks answers for each name, in order', async () => {
    const added = await add([{ payload: 'a', name: 'a' }, { payload: 'b' }]);
    const names = ['zzz', added[1]?.name, 'a'];
    expect(await rows(db.pool, 'select * from taskqueue.delete_tasks($1, $2)', [queue, names])).toEqual(
      names.map((name) => ({ name, deleted: name !== 'zzz' })),
    );
    expect(await refusalCode(db.pool.query('select taskqueue.delete_tasks($1, $2)', [queue, ['a', 'a']]))).toBe(
      'TQ016',
    );
    expect(
      await refusalCode(
        db.pool.query('select taskqueue.delete_tasks($1, $2)', [
          queue,
          Array.from({ length: 1001 }, (_, i) => `n${i}`),
        ]),
      ),
    ).toBe('TQ018');
    expect(await rows(db.pool, 'select * from taskqueue.delete_tasks($1, $2)', [queue, []])).toEqual([]);
  });
});

describe('a task that failed', () => {
  const fail = (task: { name: string; lease_token: string }, seconds: unknown, error = 'SmtpError: 550') =>
    row<Leased>(db.pool, 'select * from taskqueue.modify_task_lease($1, $2, $3, $4, $5)', [
      ...[queue, task.name, task.lease_token, seconds, error],
    ]);
  const attempts = () =>
    rows(
      db.pool,
      `select name, attempt, status, reason, error, response, seconds < 60 as took from taskqueue.attempts
       where queue = $1 order by ended`,
      [queue],
    );
  const attempt = { name: 'a', attempt: 1, status: 0, reason: 'App Error', error: 'SmtpError: 550', response: null };
  const dead = () =>
    rows(db.pool, 'select name, reason, error, retry_count from taskqueue.dead_tasks where queue = $1', [queue]);
  const state = () =>
    row(db.pool, 'select state, lease_until, retry_count from taskqueue.tasks where queue = $1', [queue]);

  test('is due again after the given seconds, is held by nobody, and has an attempt with its error', async () => {
    await add([{ payload: 'x', name: 'a' }]);
    const held = await first(lease());
    const { eta, retry_count, lease_token } = await fail(held, 60);
    expect(eta.getTime() - Date.now()).toBeGreaterThan(58_000);
    expect([retry_count, lease_token]).toEqual([1, null]);
    expect(await state()).toEqual({ state: 'retrying', lease_until: null, retry_count: 1 });
    expect(await attempts()).toEqual([{ ...attempt, took: true }]);
    expect(await refusalCode(fail(held, 0))).toBe('TQ025');
    expect((await attempts()).length).toBe(1);
  });

  test('can be leased again immediately, and dies of its limit with its last error', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 2}')`, [queue]);
    await add([{ payload: 'x', name: 'a' }]);
    await fail(await first(lease()), 0, 'first');
    await fail(await first(lease()), 0, 'second');
    expect(await lease()).toEqual([]);
    expect(await attempts()).toMatchObject([{ error: 'first' }, { attempt: 2, error: 'second' }]);
    expect(await dead()).toEqual([{ name: 'a', reason: 'task_retry_limit', error: 'second', retry_count: 2 }]);
  });

  test('for good goes to the dead tasks', async () => {
    await add([{ payload: 'x', name: 'a' }]);
    expect(await fail(await first(lease()), 'infinity', 'no such order')).toMatchObject({ name: 'a', eta: null });
    expect(await dead()).toEqual([{ name: 'a', reason: 'Permanent Failure', error: 'no such order', retry_count: 1 }]);
    await db.pool.query(`select taskqueue.requeue_task($1, 'a')`, [queue]);
    expect(await first(lease())).toMatchObject({ name: 'a', retry_count: 1 });
  });

  test('can be recorded while the queue is paused', async () => {
    await add([{ payload: 'x', name: 'a' }]);
    const held = await first(lease());
    await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
    expect(await refusalCode(modify(held, 0))).toBe('TQ026');
    await fail(held, 0);
    expect((await attempts()).length).toBe(1);
  });

  test('an infinite lease needs an error', async () => {
    await add([{ payload: 'x', name: 'a' }]);
    const held = await first(lease());
    expect(await refusalCode(modify(held, Infinity))).toBe('TQ101');
    expect(await refusalCode(fail(held, -1))).toBe('TQ101');
    expect(await refusalCode(fail(held, 'nan'))).toBe('TQ101');
  });

  test('among others: renewed, failed, dead and lost in one call', async () => {
    await add(['a', 'b', 'c', 'd'].map((name) => ({ name, payload: name })));
    const [token] = (await lease(60, 4)).map(({ lease_token }) => lease_token);
    await remove('d', token);
    const done = await rows<{ name: string; eta: Date | null }>(
      db.pool,
      `select * from taskqueue.modify_task_leases($1, '{c,b,a,d}', array_fill($2::uuid, array[4]),
         array[float8 'infinity', 5, 60, 7], array['gone', 'busy', null, 'lost'])`,
      [queue, token],
    );
    const ends = Object.fromEntries(done.map(({ name, eta }) => [name, eta && eta.getTime() > Date.now() + 4_000]));
    expect(ends).toEqual({ a: true, b: true, c: null });
    expect((await attempts()).map(({ name, error }) => [name, error]).sort()).toEqual([
      ['b', 'busy'],
      ['c', 'gone'],
    ]);
    expect(await dead()).toMatchObject([{ name: 'c', error: 'gone' }]);
    const left = await rows(db.pool, 'select name, state from taskqueue.tasks where queue = $1 order by name', [queue]);
    expect(left).toEqual([
      { name: 'a', state: 'leased' },
      { name: 'b', state: 'retrying' },
    ]);
  });
});
