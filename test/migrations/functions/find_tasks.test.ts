// Bounded scans: tasks by a filter, page by page, counts, tombstones and dead tasks.

import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

interface Found {
  name: string | null;
  state: string;
  looked_at: string | null;
  position: string | null;
  statuses: number[] | null;
}

const find = (queue: string, filter: object, more = '') =>
  rows<Found>(db.pool, `select * from taskqueue.find_tasks($1, $2 ${more})`, [queue, JSON.stringify(filter)]);
const names = async (filter: object) =>
  (await find('mail', filter)).flatMap(({ name }) => (name === null ? [] : [name])).sort();

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('mail', rate => '500/s', bucket_size => 100,
    retry => '{"min_backoff_seconds": 3600, "max_backoff_seconds": 3600}')`);
  for (const [name, more] of [
    ['due', ''],
    ['later', ', countdown => 600'],
    ['tagged', `, url => '/send/receipt', method => 'PUT'`],
    ['failed', ''],
    ['held', ''],
  ]) {
    await db.pool.query(`select taskqueue.add('mail', name => $1, transactional => false ${more})`, [name]);
  }
  await db.pool.query(`update taskqueue._tasks set due = due - interval '1 hour' where name = 'failed'`);
  await db.pool.query(`select taskqueue.fail_task('mail', id, lease_token, 503, 'App Error', true, false)
    from taskqueue.claim_tasks('mail', 1)`);
  await db.pool.query(`select taskqueue.record_attempts('[{"queue": "mail", "name": "failed", "attempt": 1,
    "status": 503, "seconds": 0.25, "reason": "App Error"}]')`);
  await db.pool.query(`update taskqueue._tasks set due = due - interval '1 hour' where name = 'held'`);
  await db.pool.query(`select from taskqueue.claim_tasks('mail', 1)`);
});

test.each<[object, string[]]>([
  [{}, ['due', 'failed', 'held', 'later', 'tagged']],
  [{ state: 'due' }, ['due', 'tagged']],
  [{ state: 'scheduled' }, ['later']],
  [{ state: 'retrying' }, ['failed']],
  [{ state: 'dispatched' }, ['held']],
  [{ name: 'due' }, ['due']],
  [{ name: 'due', state: 'retrying' }, []],
  [{ name: 'nothing' }, []],
  [{ name_prefix: 'ta' }, ['tagged']],
  [{ url: 'receipt' }, ['tagged']],
  [{ tag: 'x' }, []],
  [{ method: 'put' }, ['tagged']],
  [{ target: 'default' }, ['due', 'failed', 'held', 'later', 'tagged']],
  [{ min_attempts: 1 }, ['failed', 'held']],
  [{ min_status: 500, max_status: 599 }, ['failed']],
  [{ max_status: 499 }, []],
  [{ min_age: 3600 }, []],
  [{ max_age: 3600, max_attempts: 0 }, ['due', 'later', 'tagged']],
])('the filter %j finds %j', async (filter, expected) => {
  expect(await names(filter)).toEqual(expected);
  expect(await value(db.pool, 'select tasks::integer from taskqueue.count_tasks($1, $2)', ['mail', filter])).toBe(
    expected.length,
  );
});

test.each([{ colour: 'red' }, { state: 'asleep' }, { tag: 1 }, { min_attempts: '4' }, { min_attempts: -1 }, [1]])(
  'the filter %j is none',
  async (filter) => {
    expect(await refusalCode(find('mail', filter))).toBe('TQ013');
  },
);

test('a task shows its attempts', async () => {
  const [failed] = await rows<Found>(db.pool, `select * from taskqueue.describe_tasks('mail', '{failed,no-such}')`);
  expect(failed).toMatchObject({ name: 'failed', state: 'retrying', statuses: [503], seconds: 0.25 });
});

describe('many tasks', () => {
  const MANY = 120_000;
  beforeAll(async () => {
    await db.pool.query(`select taskqueue.create_queue('many'), taskqueue.create_queue('same')`);
    for (const [queue, step] of [
      ['many', '1 ms'],
      ['same', '0'],
    ])
      await db.pool.query(
        `insert into taskqueue._tasks (id, due, created, queue_id, name)
         select (select least(min(id), 0) from taskqueue._tasks) - n, '2024-01-01'::timestamptz + n * $3::interval, clock_timestamp(), q.id, 'n' || n
         from taskqueue._queues as q, generate_series(1, $2::integer) as n where q.name = $1`,
        [queue, MANY, step],
      );
    await db.pool.query('vacuum analyze taskqueue._tasks');
  });

  test.each(['many', 'same'])('of %s a scan stops, and continues where it stopped', async (queue) => {
    let after: string | null = null;
    let found = 0;
    let scans = 0;
    do {
      const page: { tasks: string; looked_at: string; position: string | null } = await row(
        db.pool,
        `select * from taskqueue.count_tasks($1, '{"name_prefix": "n1"}', $2)`,
        [queue, after],
      );
      expect(Number(page.looked_at)).toBeLessThanOrEqual(52_500);
      after = page.position;
      found += Number(page.tasks);
      scans += 1;
    } while (after !== null);
    expect(scans).toBeGreaterThan(2);
    expect(found).toBe(1 + 10 + 100 + 1_000 + 10_000 + 20_001);
  });

  test.each(['many', 'same'])('pages of %s have each task once', async (queue) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Found[] = await rows<Found>(
        db.pool,
        `select * from taskqueue.find_tasks($1, '{"name_prefix": "n1000"}', $2, 7)`,
        [queue, after],
      );
      seen.push(...page.flatMap(({ name }) => name ?? []));
      after = page.at(-1)?.position ?? null;
    } while (after !== null);
    expect(seen).toHaveLength(1 + 10 + 100);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

test('tombstones are found by name, by prefix and by queue', async () => {
  await db.pool.query(`select taskqueue.delete_task('mail', 'tagged')`);
  const found = (call: string) =>
    rows(db.pool, `select queue, name from taskqueue.find_tombstones(${call}) where name is not null`);
  const tagged = [{ queue: 'mail', name: 'tagged' }];
  expect(await found(`name => 'tagged'`)).toEqual(tagged);
  expect(await found(`'mail', 'tagged'`)).toEqual(tagged);
  expect(await found(`'mail', prefix => 'tag'`)).toEqual(tagged);
  expect(await found(`'mail'`)).toEqual(tagged);
  expect(await found(`'mail', prefix => 'due'`)).toEqual([]);
  expect(await found(`'many', 'tagged'`)).toEqual([]);
  expect(await refusalCode(found(''))).toBe('TQ013');
});

test('a name is released, once, and can be used again', async () => {
  const release = (name: string) => db.pool.query(`select taskqueue.release_name('mail', $1, 'by mistake')`, [name]);
  await db.pool.query(`select taskqueue.delete_task('mail', 'tagged')`);
  await release('tagged');
  expect(await row(db.pool, 'select act, object, reason from taskqueue.audit order by id desc limit 1')).toEqual({
    act: 'release',
    object: 'name mail/tagged',
    reason: 'by mistake',
  });
  expect(await refusalCode(release('tagged'))).toBe('TQ014');
  await db.pool.query(`select taskqueue.add('mail', name => 'tagged', transactional => false)`);
  expect(await refusalCode(release('tagged'))).toBe('TQ010');
});

test('a release waits for an add of the name, and is refused when that commits', async () => {
  await db.pool.query(`select taskqueue.add('mail', name => 'raced', transactional => false)`);
  await db.pool.query(`select taskqueue.delete_task('mail', 'raced')`);
  await db.pool.query(`update taskqueue._names set expires = clock_timestamp() - interval '1 s' where name = 'raced'`);
  const other = await db.client();
  await other.query('begin');
  await other.query(`select taskqueue.add('mail', name => 'raced', transactional => false)`);
  const released = refusalCode(db.pool.query(`select taskqueue.release_name('mail', 'raced')`));
  await other.query('commit');
  expect(await released).toMatch(/TQ014|TQ010/);
  expect(await names({ name: 'raced' })).toEqual(['raced']);
});

test('dead tasks come page by page, the latest first', async () => {
  await db.pool.query(`select taskqueue.create_queue('short', retry => '{"task_retry_limit": 0}')`);
  for (const name of ['a', 'b', 'c']) {
    await db.pool.query(`select taskqueue.add('short', name => $1, transactional => false)`, [name]);
    await db.pool.query(`select taskqueue.fail_task('short', id, lease_token, 500, 'App Error', true, false)
      from taskqueue.claim_tasks('short', 1)`);
  }
  const page = (after: string | null) =>
    rows<{ name: string; position: string }>(
      db.pool,
      `select name, position from taskqueue.list_dead_tasks('{mail,short}', $1, 2)`,
      [after],
    );
  const first = await page(null);
  expect(first.map(({ name }) => name)).toEqual(['c', 'b']);
  expect((await page(first.at(-1)?.position ?? null)).map(({ name }) => name)).toEqual(['a']);
  expect(await value(db.pool, `select taskqueue.delete_dead_task('short', 'b')`)).toBe(true);
  expect((await page(null)).map(({ name }) => name)).toEqual(['c', 'a']);
});
