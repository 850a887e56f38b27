// What all queues together may have: nothing is bound at first; what is bound is refused beyond, and what is there stays.

import { beforeEach, expect, test } from 'vitest';
import { StorageLimitExceededError } from '../../../src/domain/errors.ts';
import { addTask } from '../../../src/store/tasks.ts';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { runHere } from '../../cli/command.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusal, refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;

beforeEach(async () => {
  clock = await movableClock(db.pool);
  await db.pool.query(`select taskqueue.set_limits();
    select taskqueue.delete_queue(name) from taskqueue.queues where name <> 'default';
    select taskqueue.purge_queue('default'), taskqueue.clean_purged('default')`);
});

const query = (text: string) => db.pool.query(text);
const settings = () => rows(db.pool, 'select name, value from taskqueue.settings order by name');
const apply = (...names: string[]) =>
  db.pool.query('select * from taskqueue.apply_queues($1)', [
    JSON.stringify({ queue: names.map((name) => ({ name, rate: '5/s' })) }),
  ]);
const names = (count: number) => Array.from({ length: count }, () => nextName('q'));
const create = (name: string) => db.pool.query('select taskqueue.create_queue($1)', [name]);

test('by default nothing is bound', async () => {
  expect(await settings()).toEqual([]);
  for (const name of names(12)) await create(name);
});

test('as many queues as are set, the default one not counted; a deleted one makes room', async () => {
  await query('select taskqueue.set_limits(queues => 3)');
  const [first = '', ...others] = names(3);
  for (const name of [first, ...others]) await create(name);
  const refused = await refusal(create('one-more'));
  expect(refused).toMatchObject({ code: 'TQ008', message: expect.stringContaining('there must be at most 3 queues') });
  expect(await refusalCode(create(first))).toBe('TQ110'); // it is there: that is what is wrong
  await query(`select taskqueue.delete_queue('${first}')`);
  await create(`${first}-again`);
  await query('select taskqueue.set_limits()');
  await create('without-a-limit');
});

test('many sessions that create queues concurrently create no more than that', async () => {
  await query('select taskqueue.set_limits(queues => 5)');
  const made = await Promise.allSettled(names(15).map(create));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

test('a queue file that has others in place of the old ones fits; a disabled queue does not count until it is resumed', async () => {
  await query('select taskqueue.set_limits(queues => 2)');
  const [a = '', b = '', c = '', d = '', e = ''] = names(5);
  await apply(a, b);
  await apply(c, d);
  expect(await refusalCode(query(`select taskqueue.resume_queue('${a}')`))).toBe('TQ008');
  expect(await refusalCode(apply(c, d, e))).toBe('TQ008');
  expect(await value(db.pool, `select count(*)::integer from taskqueue.queues where state = 'running'`)).toBe(3);
  await apply(a, b);
});

test('as many tasks as are set, measured every ten seconds', async () => {
  await query('select taskqueue.set_limits(tasks => 4)');
  await create('other');
  for (const queue of ['default', 'other', 'default', 'other'])
    await query(`select taskqueue.add('${queue}', payload => 'x')`);
  await clock.advance(11);
  for (const call of [
    `add(payload => 'x')`,
    `add('other', countdown => 1)`,
    `add(name => 'named', transactional => false)`,
    `add_tasks('default', '[{}]')`,
  ]) {
    const refused = await refusal(query(`select taskqueue.${call}`));
    expect([call, refused.code, JSON.parse(refused.detail ?? '')]).toEqual([
      call,
      'TQ013',
      { reason: 'max_tasks exceeded', limit: 4, used: 4 },
    ]);
  }
  await expect(addTask(db.pool, 'default', { payload: 'x' })).rejects.toBeInstanceOf(StorageLimitExceededError);
  expect(await row(db.pool, `select value, used from taskqueue.settings where name = 'max_tasks'`)).toEqual({
    value: '4',
    used: '4',
  });
  await query(`delete from taskqueue._tasks where id = (select min(id) from taskqueue._tasks)`);
  await clock.advance(11);
  await query(`select taskqueue.add(payload => 'x')`);
});

test('as many bytes as are set, or as the queue file says where that is less', async () => {
  const inForce = () => value(db.pool, `select storage_limit from taskqueue._queues where name = 'default'`);
  await query(`select taskqueue.set_limits(bytes => '2K')`);
  expect(await inForce()).toBe('2048');
  const file = (limit: string | null) =>
    db.pool.query('select taskqueue.apply_queues($1)', [JSON.stringify({ total_storage_limit: limit })]);
  await file('1K');
  expect(await inForce()).toBe('1024');
  await file('3K');
  expect(await inForce()).toBe('2048');
  await query(`select taskqueue.add(payload => repeat('x', 3000))`);
  await clock.advance(11);
  expect(await refusalCode(query(`select taskqueue.add(payload => 'x')`))).toBe('TQ013');
  await query('select taskqueue.set_limits()');
  expect(await inForce()).toBe('3072');
  await file(null);
  expect(await inForce()).toBe(null);
});

test('the same limits again are no act; another is one', async () => {
  const acts = () => value(db.pool, `select count(*)::integer from taskqueue.audit where object = 'setting limits'`);
  await query(`select taskqueue.set_limits(10, 1000000, '500M')`);
  const before = await acts();
  await query(`select taskqueue.set_limits(10, 1000000, '500M')`);
  expect(await acts()).toBe(before);
  await query(`select taskqueue.set_limits(10)`);
  expect(await settings()).toEqual([{ name: 'max_queues', value: '10' }]);
  expect(await acts()).toBe(Number(before) + 1);
});

test.each(['queues => -1', 'tasks => -1', `bytes => 'much'`])('no limit: %s', async (limit) => {
  expect(await refusalCode(query(`select taskqueue.set_limits(${limit})`))).toBe('TQ008');
});

test('migrate and its variable set them; without either they stay', async () => {
  const migrate = (...args: string[]) => runHere(['--database-url', db.url, 'migrate', ...args]);
  expect((await migrate('--limits', 'free')).code).toBe(0);
  const free = [
    { name: 'max_bytes', value: '500M' },
    { name: 'max_queues', value: '10' },
    { name: 'max_tasks', value: '1000000' },
  ];
  expect(await settings()).toEqual(free);
  expect((await migrate()).code).toBe(0);
  expect(await settings()).toEqual(free);
  expect((await migrate('--limits', 'plenty')).code).toBe(2);
  expect((await migrate('--limits', 'none')).code).toBe(0);
  expect(await settings()).toEqual([]);
});
