// Paging through the tasks of a queue: each of them once, whatever they have in common and whatever happens meanwhile.
import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../../support/db.ts';
import { refusalCode, rows, value } from '../../../support/sql.ts';
import { explaining, plansOf, turned } from '../../explained.ts';

const db = useDatabase();
const LONG = 120_000;

interface Page {
  ids: string[];
  next: string | null;
}

/** By names, in which the ids are. */
async function page(queue: string, after: string | null, size: number): Promise<Page> {
  const listed = await rows<{ name: string | null; position: string | null }>(
    db.pool,
    `select name, position from taskqueue.list_cloud_tasks($1, 'p', 'l', after => $2, max_tasks => $3)`,
    [queue, after, size],
  );
  const names = listed.flatMap(({ name }) => name ?? []);
  return { ids: names, next: listed.at(-1)?.position ?? null };
}

async function all(
  queue: string,
  size: number,
  between = async (_: Page) => {},
  from: string | null = null,
): Promise<string[]> {
  const ids: string[] = [];
  let after = from;
  do {
    const found = await page(queue, after, size);
    ids.push(...found.ids);
    after = found.next;
    await between(found);
  } while (after !== null);
  return ids;
}

/** Adds tasks with ids below zero; due is an SQL expression of n. */
const fill = (queue: string, tasks: number, due: string) =>
  db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, url, body)
     select (select least(min(id), 0) from taskqueue._tasks) - $2::integer - 1 + n, ${due}, '2026-01-01', q.id, '/', '\\x00'
     from taskqueue._queues as q, generate_series(1, $2::integer) as n where q.name = $1 order by hashint4(n)`,
    [queue, tasks],
  );
const names = async (queue: string) =>
  (
    await rows<{ name: string }>(
      db.pool,
      `select taskqueue._name(t.id, t.created) as name from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id
       where q.name = $1 order by t.due, t.id`,
      [queue],
    )
  ).map(({ name }) => name);

/** The most rows that a scan of a page of 1000 reads. */
async function mostRead(queue: string, after: string | null): Promise<number> {
  const client = await explaining(db);
  await client.query(`set auto_explain.log_analyze = on; set auto_explain.log_timing = off`);
  const plans = await plansOf(
    client,
    `select * from taskqueue.list_cloud_tasks($1, 'p', 'l', after => $2, with_body => true)`,
    [queue, after],
  );
  expect(turned(plans).filter((line) => !line.includes('Sort Key: t.due, t.id'))).toEqual([]);
  const scans = plans.matchAll(
    /Scan.* on _tasks.*actual rows=(\d+)(?:[.]\d+)? .*\n(?:.*Cond.*\n)?(?:.*Filter: .*\n.*Removed by Filter: (\d+))?/g,
  );
  return Math.max(...[...scans].map(([, rows, removed = 0]) => Number(rows) + Number(removed)));
}

beforeAll(async () => {
  await db.pool.query(`alter table taskqueue._tasks set (autovacuum_enabled = off)`);
  for (const name of ['runs', 'long', 'other', 'changing'])
    await db.pool.query(`select taskqueue.create_cloud_queue($1, 'p', 'l')`, [name]);
});

describe.each([1, 2, 3, 7, 1000])('in pages of %s', (size) => {
  test('single tasks and runs of the same due time come in their order', async () => {
    await db.pool.query(`delete from taskqueue._tasks`);
    await fill('other', 5, `timestamptz '2027-01-01'`);
    for (const [run, tasks] of [1, 1, 5, 2, 1, 9, 3].entries())
      await fill('runs', tasks, `timestamptz '2027-01-01' + ${run} * interval '1 microsecond'`);
    expect(await all('runs', size)).toEqual(await names('runs'));
  });
});

test('an empty queue has one page, and no more', async () => {
  expect(await page('changing', null, 10)).toEqual({ ids: [], next: null });
});

describe('a run that is too long to sort', () => {
  beforeAll(async () => {
    await db.pool.query(`delete from taskqueue._tasks`);
    await fill('long', LONG / 2, `timestamptz '2027-01-01'`);
    await fill('other', 210_000, `timestamptz '2027-01-01' + n * interval '1 ms'`);
    await fill('long', LONG / 2, `timestamptz '2027-01-01'`);
    await fill('long', 100, `timestamptz '2027-01-01' + n * interval '1 ms'`);
  });

  test('each task is listed once, whatever is leased meanwhile; a page that would read too much ends', async () => {
    const expected = await names('long');
    const sizes: number[] = [];
    const lease = async ({ ids }: Page) => {
      sizes.push(ids.length);
      await db.pool.query(
        `update taskqueue._tasks as t set leased_until = t.due, attempts = t.attempts + 1
         where t.id = any (array(select -1 - floor(random() * $1::integer)::bigint from generate_series(1, 20)))`,
        [LONG],
      );
    };
    const listed = await all('long', 1000, lease);
    expect(listed).toHaveLength(expected.length);
    expect(new Set(listed)).toEqual(new Set(expected));
    expect(sizes).toContain(0);
  });

  test('a page reads what it shows, by an index', async () => {
    const { next } = await page('long', null, 1000);
    for (const after of [null, next]) expect(await mostRead('long', after)).toBeLessThanOrEqual(10_001);
  });
});

test('a page reads what it shows and one more, wherever it begins', async () => {
  await db.pool.query(`delete from taskqueue._tasks`);
  await fill('other', 5000, `timestamptz '2027-01-01' + n * interval '1 ms'`);
  let { next } = await page('other', null, 1000);
  expect(await mostRead('other', null)).toBe(1001);
  ({ next } = await page('other', next, 1000));
  expect(await mostRead('other', next)).toBe(1001);
});

test('tasks that were purged are not listed, and tasks that end are not listed any more', async () => {
  for (let i = 0; i < 10; i++)
    await db.pool.query(
      `select taskqueue.create_cloud_task('changing', 'p', 'l', '/', eta => now() + interval '1 day')`,
    );
  const first = await page('changing', null, 4);
  await db.pool.query(`delete from taskqueue._tasks as t using taskqueue._queues as q
    where q.id = t.queue_id and q.name = 'changing' and t.id in (select max(o.id) from taskqueue._tasks as o where o.queue_id = q.id)`);
  const second = await all('changing', 10, async () => {}, first.next);
  expect([first.ids.length, second.length]).toEqual([4, 5]);
  await db.pool.query(`select taskqueue.purge_queue('changing')`);
  expect(await page('changing', null, 4)).toEqual({ ids: [], next: null });
});

test('a page with bodies ends after three megabytes', async () => {
  await db.pool.query(`select taskqueue.create_cloud_queue('large', 'p', 'l')`);
  for (let i = 0; i < 7; i++)
    await db.pool.query(`select taskqueue.create_cloud_task('large', 'p', 'l', '/', body => $1)`, [
      Buffer.alloc(1_000_000),
    ]);
  const sizes: number[] = [];
  let after: string | null = null;
  do {
    const listed: { name: string | null; position: string | null }[] = await rows(
      db.pool,
      `select name, position, octet_length(body) from taskqueue.list_cloud_tasks('large', 'p', 'l', $1, with_body => true)`,
      [after],
    );
    sizes.push(listed.filter(({ name }) => name !== null).length);
    after = listed.at(-1)?.position ?? null;
  } while (after !== null);
  expect(sizes).toEqual([4, 3]);
  expect((await all('large', 1000)).length).toBe(7);
});

test.each(['1', 'x', '', '999.1', `1.2.3.4`, '1.1.9999999999999999999'])(
  'the position %j is refused',
  async (after) => {
    const queue = await value<number>(db.pool, `select id from taskqueue._queues where name = 'runs'`);
    const own = after.replace(/^1\./, `${queue}.`);
    expect(await refusalCode(page('runs', own, 10))).toMatch(/^(TQ013|22003|22008)$/);
  },
);

test('another queue’s position is refused', async () => {
  await fill('other', 3, `timestamptz '2027-01-01'`);
  const { next } = await page('other', null, 1);
  expect(next).not.toBeNull();
  expect(await refusalCode(page('runs', next, 1))).toBe('TQ013');
  expect(await refusalCode(page('runs', null, 0))).toBe('TQ102');
  expect(await refusalCode(page('runs', null, 1001))).toBe('TQ102');
});
