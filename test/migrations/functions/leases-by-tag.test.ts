// Pull queues: tags, caps, clocks, many leases at once.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

interface Leased {
  name: string;
  eta: Date;
  tag: string | null;
  retry_count: number;
  lease_token: string;
}

const db = useDatabase();
let clock: MovableClock;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(db.pool);
});

beforeEach(async () => {
  queue = nextName('tags');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

/** Adds tasks one after the other, named and tagged as in `a:red`. */
async function add(...tasks: string[]): Promise<void> {
  for (const task of tasks) {
    const [name, tag] = task.split(':');
    await db.pool.query(`select taskqueue.add($1, payload => '', name => $2, tag => $3, transactional => false)`, [
      queue,
      name,
      tag,
    ]);
    await clock.advance(0.001);
  }
}
const byTag = (max = 10, tag: string | null = null, seconds = 60) =>
  rows<Leased>(db.pool, 'select * from taskqueue.lease_tasks_by_tag($1, $2, $3, $4)', [queue, seconds, max, tag]);
const lease = (max = 10, seconds = 60, maxBytes = 33_554_432) =>
  rows<Leased>(db.pool, 'select * from taskqueue.lease_tasks($1, $2, $3, $4)', [queue, seconds, max, maxBytes]);
const names = async (leased: Promise<Leased[]>) => (await leased).map(({ name }) => name);

describe('lease by tag', () => {
  test('with a tag: only that tag, in the order of eta', async () => {
    await add('a:red', 'b:blue', 'c:red', 'd', 'e:red');
    expect(await names(byTag(2, 'red'))).toEqual(['a', 'c']);
    expect(await names(byTag(2, 'red'))).toEqual(['e']);
    expect(await names(byTag(2, 'green'))).toEqual([]);
    expect(await names(lease())).toEqual(['b', 'd']);
  });

  test.each([null, ''])('without a tag (%j): the tag of the oldest task', async (tag) => {
    await add('a:blue', 'b:red', 'c:blue');
    expect(await byTag(10, tag)).toMatchObject([
      { name: 'a', tag: 'blue' },
      { name: 'c', tag: 'blue' },
    ]);
    expect(await names(byTag(10, tag))).toEqual(['b']);
  });

  test('the oldest has no tag: only untagged ones', async () => {
    await add('a', 'b:red', 'c');
    expect(await names(byTag())).toEqual(['a', 'c']);
    expect(await names(byTag())).toEqual(['b']);
  });

  test('one that is leased or not yet due is not the oldest', async () => {
    await add('a:red', 'b:blue');
    await names(lease(1));
    expect(await names(byTag())).toEqual(['b']);
    await db.pool.query(`select taskqueue.add($1, payload => '', tag => 'late', countdown => 60)`, [queue]);
    expect(await byTag(10, 'late')).toEqual([]);
    await clock.advance(60);
    expect(await byTag(10, 'late')).toHaveLength(1);
  });

  test('a task that has used up its leases is buried, and the others of its tag come', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 1}')`, [queue]);
    await add('a:red');
    await names(byTag(1, null, 0));
    await add('b:red');
    expect(await names(byTag())).toEqual(['b']);
    expect(await value(db.pool, 'select name from taskqueue.dead_tasks where queue = $1', [queue])).toBe('a');
  });

  test('refuses what lease_tasks refuses, and a tag of more than 500 bytes', async () => {
    expect(await refusalCode(byTag(10, 'é'.repeat(251)))).toBe('TQ027');
    expect(await refusalCode(byTag(0))).toBe('TQ102');
    expect(await refusalCode(byTag(1, null, -1))).toBe('TQ101');
    expect(await refusalCode(db.pool.query(`select taskqueue.lease_tasks_by_tag('default', 1)`))).toBe('TQ021');
    await db.pool.query(`select taskqueue.pause_queue($1)`, [queue]);
    expect(await refusalCode(byTag())).toBe('TQ026');
  });
});

describe('the cap on a response', () => {
  const KB = 1024;
  const addSized = (...kilobytes: number[]) =>
    db.pool.query(`select taskqueue.add($1, payload => repeat('x', k * ${KB})) from unnest($2::integer[]) as k`, [
      queue,
      kilobytes,
    ]);

  test('stops before the task that would exceed it', async () => {
    await addSized(4, 4, 4);
    expect(await lease(10, 60, 9 * KB)).toHaveLength(2);
    expect(await lease(10, 60, 9 * KB)).toHaveLength(1);
  });

  test('gives one task, however large', async () => {
    await addSized(4, 4);
    expect(await lease(10, 60, 1)).toHaveLength(1);
    expect(
      await rows(db.pool, 'select from taskqueue.lease_tasks_by_tag($1, 60, 10, max_bytes => 1)', [queue]),
    ).toHaveLength(1);
  });

  test('is 32 MB where nothing is said', async () => {
    await db.pool.query(
      `insert into taskqueue._tasks (id, due, created, queue_id, body)
       select -n, taskqueue._now(), taskqueue._now(), (select id from taskqueue._queues where name = $1), convert_to(repeat('x', 1048000), 'UTF8')
       from generate_series(1, 34) as n`,
      [queue],
    );
    const count = `select count(*)::integer from taskqueue.lease_tasks($1, 60, 100)`;
    expect(await value(db.pool, count, [queue])).toBe(32);
    expect(await value(db.pool, count, [queue])).toBe(2);
    expect(await refusalCode(lease(1, 1, 33_554_433))).toBe('TQ013');
  });
});

describe('many leases at once', () => {
  const modify = (tasks: Leased[], seconds: number[]) =>
    rows<{ name: string; eta: Date }>(db.pool, 'select * from taskqueue.modify_task_leases($1, $2, $3, $4)', [
      queue,
      tasks.map(({ name }) => name),
      tasks.map(({ lease_token }) => lease_token),
      seconds,
    ]);

  test('leased at 10 for 30 s, modified at 15 with 60: ends at 75', async () => {
    await add('a');
    const held = await lease(1, 30);
    await clock.advance(5);
    const [modified] = await modify(held, [60]);
    const at = (date?: Date) => Math.round((date?.getTime() ?? 0) / 1000);
    expect(at(modified?.eta) - at(held[0]?.eta)).toBe(35);
  });

  test('returns those that are held; 0 releases them', async () => {
    await add('a', 'b', 'c', 'd');
    const [a, b, c, d] = (await lease(4)) as [Leased, Leased, Leased, Leased];
    await db.pool.query('select taskqueue.delete_task($1, $2)', [queue, 'c']);
    const stale = { ...d, lease_token: '00000000-0000-7000-8000-000000000000' };
    expect((await modify([a, b, c, stale], [60, 0, 60, 60])).map(({ name }) => name).sort()).toEqual(['a', 'b']);
    expect(await names(lease())).toEqual(['b']);
    await clock.advance(61);
    expect(await modify([a], [60])).toEqual([]);
  });

  test('refuses seconds out of range and paused queues', async () => {
    await add('a');
    const held = await lease();
    expect(await refusalCode(modify(held, [604_801]))).toBe('TQ101');
    await db.pool.query(`select taskqueue.pause_queue($1)`, [queue]);
    expect(await refusalCode(modify(held, [1]))).toBe('TQ026');
  });
});

describe('deleting with lease tokens', () => {
  const remove = (tasks: { name: string; lease_token: string | null }[]) =>
    rows<{ name: string; deleted: boolean }>(db.pool, 'select * from taskqueue.delete_tasks($1, $2, $3)', [
      queue,
      tasks.map(({ name }) => name),
      tasks.map(({ lease_token }) => lease_token),
    ]);

  test('deletes what is held, rejects a stale token, and needs no token where none is given', async () => {
    await add('a', 'b', 'c');
    await db.pool.query(`select taskqueue.add($1, payload => '')`, [queue]);
    const [a, b, c, generated] = (await lease()) as [Leased, Leased, Leased, Leased];
    await clock.advance(61);
    const [taken] = (await lease(1)) as [Leased];
    expect(taken.name).toBe('a');
    const answers = await remove([a, b, { ...c, lease_token: null }, generated, { name: 'never', lease_token: null }]);
    expect(answers.map(({ deleted }) => deleted)).toEqual([false, true, true, true, false]);
    expect(await remove([taken])).toEqual([{ name: 'a', deleted: true }]);
    expect(await value(db.pool, `select count(*)::integer from taskqueue.tombstones where queue = $1`, [queue])).toBe(
      3,
    );
  });

  test('generated names together, too', async () => {
    await db.pool.query(`select taskqueue.add($1, payload => '') from generate_series(1, 3)`, [queue]);
    const [a, b, c] = (await lease()) as [Leased, Leased, Leased];
    const stale = { ...b, lease_token: '00000000-0000-7000-8000-000000000000' };
    expect((await remove([a, stale, c])).map(({ deleted }) => deleted)).toEqual([true, false, true]);
  });

  test('a generated name that a task got back with its life', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 1}')`, [queue]);
    const [{ name } = { name: '' }] = await rows<Leased>(db.pool, `select name from taskqueue.add($1, payload => '')`, [
      queue,
    ]);
    await lease();
    await clock.advance(61);
    expect(await lease()).toEqual([]);
    await db.pool.query(`select taskqueue.requeue_task($1, $2)`, [queue, name]);
    await db.pool.query(`select taskqueue.add($1, payload => '')`, [queue]);
    const held = await lease();
    expect(held).toHaveLength(2);
    expect((await remove(held)).map(({ deleted }) => deleted)).toEqual([true, true]);
  });
});

test('a clock that is set back frees what would be leased for longer than any lease', async () => {
  await add('a');
  await clock.advance(3 * 86_400);
  expect(await lease(1, 604_800)).toHaveLength(1);
  await clock.advance(-2 * 86_400);
  expect(await names(lease())).toEqual(['a']);
});

test('a clock that is set forward ends leases: the former holder can do nothing any more', async () => {
  await add('a');
  const [former] = (await lease()) as [Leased];
  await clock.advance(3600);
  const [holder] = (await lease()) as [Leased];
  expect(holder).toMatchObject({ name: 'a', retry_count: 2 });
  const by = (who: Leased) => [queue, who.name, who.lease_token];
  expect(await refusalCode(db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, 60)', by(former)))).toBe(
    'TQ025',
  );
  expect(await value(db.pool, 'select taskqueue.delete_task($1, $2, $3)', by(former))).toBe(false);
  expect(await value(db.pool, 'select taskqueue.delete_task($1, $2, $3)', by(holder))).toBe(true);
});
