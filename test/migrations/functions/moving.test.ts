// Tasks leave a queue in batches, and arrive in another one once, with all that belongs to them.

import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

interface Batch {
  number: string;
  batch: string;
  tasks: number;
  content: string;
  more: boolean;
}

/** What a move changes: ids mean something in one database, and an overdue task is due when it arrives. */
const CHANGED = ['id', 'queue_id', 'leased_until', 'lease_token'];

/** A value for a column, by its type. */
const VALUES: Record<string, string> = {
  bigint: '7',
  integer: '7',
  'double precision': '1800.1',
  'timestamp with time zone': `timestamptz '2046-01-02 03:04:05.678901Z'`,
  uuid: `'00000000-0000-7000-8000-000000000007'`,
  text: `'/seven'`,
  '"char"': `'t'`,
  jsonb: `'{"url": "/seven", "big": 12345678901234567890}'`,
  bytea: `'\\x00ff7e5c'`,
  'taskqueue.retry_parameters': 'row(7, 7.5, 7, 7, 7)',
};

let queues = 0;

beforeAll(() => db.pool.query(`alter database ${new URL(db.url).pathname.slice(1)} set timezone = 'Asia/Kolkata'`));

async function queuePair(settings = ''): Promise<[from: string, to: string]> {
  const names: [string, string] = [`from-${++queues}`, `to-${queues}`];
  for (const name of names) await db.pool.query(`select taskqueue.create_queue($1${settings})`, [name]);
  return names;
}

const add = (queue: string, task: object) =>
  value<string>(db.pool, 'select (taskqueue.add_tasks($1, $2, transactional => false)).name', [
    queue,
    JSON.stringify([task]),
  ]);
const take = async (queue: string, more = '') =>
  (await rows<Batch>(db.pool, `select *, content::text from taskqueue.export_tasks($1${more})`, [queue]))[0];
/** Takes a batch and forgets it: this database would refuse what it still holds. */
async function takeAway(queue: string, more = ''): Promise<string> {
  const { content } = (await take(queue, more)) as Batch;
  await db.pool.query('select taskqueue.finish_export($1)', [queue]);
  return content;
}
const arrive = (queue: string, content: string) =>
  row<{ added: number; dead: number; repeated: boolean }>(db.pool, 'select * from taskqueue.import_tasks($1, $2)', [
    queue,
    content,
  ]);
const namesOf = async (queue: string) =>
  (
    await rows<{ name: string }>(db.pool, 'select name from taskqueue.tasks where queue = $1 order by name', [queue])
  ).map(({ name }) => name);
const sound = async () => expect(await rows(db.pool, 'select * from taskqueue.verify()')).toEqual([]);

test('a task keeps its name, times, attempts and all else', async () => {
  const [from, to] = await queuePair();
  const columns = await rows<{ name: string; type: string }>(
    db.pool,
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = 'taskqueue._tasks'::regclass and attnum > 0 and not attisdropped and attname <> all ($1)`,
    [CHANGED],
  );
  const given = columns.map(({ name, type }) => (['name', 'target'].includes(name) ? `'seven'` : VALUES[type]));
  await db.pool.query(
    `insert into taskqueue._tasks (id, queue_id, ${columns.map(({ name }) => name).join(', ')})
     values (128, (select id from taskqueue._queues where name = $1), ${given.join(', ')})`,
    [from],
  );
  await db.pool.query(
    `insert into taskqueue._names (queue_id, name_hash, task_id, name)
     values ((select id from taskqueue._queues where name = $1), taskqueue._name_hash('seven'), 128, 'seven')`,
    [from],
  );
  const columnsOf = (queue: string) =>
    row(
      db.pool,
      `select to_jsonb(t) - '{${CHANGED.join(',')}}'::text[] as task, to_jsonb(t)::text as exact from taskqueue._tasks as t
       where queue_id = (select id from taskqueue._queues where name = $1)`,
      [queue],
    );
  const before = await columnsOf(from);
  expect(await arrive(to, await takeAway(from))).toEqual({ added: 1, dead: 0, repeated: false });
  const after = await columnsOf(to);
  expect(after.task).toEqual(before.task);
  expect(after.exact).toContain('12345678901234567890');
  expect(await namesOf(from)).toEqual([]);
  await sound();
});

test('generated names stay, and a name is refused where its task was', async () => {
  const [from, to] = await queuePair();
  const generated = await add(from, { url: '/a' });
  await add(from, { name: 'given', url: '/b' });
  await arrive(to, await takeAway(from));
  expect(await namesOf(to)).toEqual([generated, 'given'].sort());
  expect(await value(db.pool, 'select taskqueue.delete_task($1, $2)', [to, generated])).toBe(true);
  const again = await refusal(
    db.pool.query(`select taskqueue.add($1, name => 'given', transactional => false)`, [from]),
  );
  expect(again.code).toBe('TQ011');
  await sound();
});

test('a batch is held until it is forgotten, and arrives once', async () => {
  const [from, to] = await queuePair(`, mode => 'pull'`);
  for (const payload of ['a', 'b', 'c']) await add(from, { payload });
  const first = (await take(from, ', max_tasks => 2')) as Batch;
  expect(first).toMatchObject({ tasks: 2, more: true });
  expect(await take(from)).toMatchObject({ number: first.number, content: first.content });
  expect(await row(db.pool, 'select batches, tasks from taskqueue.exports where queue = $1', [from])).toEqual({
    batches: '1',
    tasks: '2',
  });
  const second = (await take(from, `, ${first.number}, forget => true`)) as Batch;
  expect(second.tasks).toBe(1);
  expect(await arrive(to, first.content)).toEqual({ added: 2, dead: 0, repeated: false });
  await db.pool.query('select taskqueue.purge_queue($1)', [to]);
  expect(await arrive(to, first.content)).toEqual({ added: 2, dead: 0, repeated: true });
  expect(await take(from, `, ${second.number}, forget => true`)).toBeUndefined();
  expect(await rows(db.pool, 'select from taskqueue.exports where queue = $1', [from])).toEqual([]);
  expect(await namesOf(to)).toEqual([]);
});

test('leased tasks stay; those whose lease has ended go', async () => {
  const [from] = await queuePair(`, mode => 'pull'`);
  for (const name of ['one', 'two', 'three']) await add(from, { name, payload: 'x' });
  await db.pool.query('select taskqueue.lease_tasks($1, 60, 2)', [from]);
  await db.pool.query(`update taskqueue._tasks set leased_until = now() - interval '1 s' where name = 'one'`);
  expect(await take(from)).toMatchObject({ tasks: 2 });
  expect(await namesOf(from)).toEqual(['two']);
});

test('a task whose name is in use becomes a dead task, and can be requeued', async () => {
  const [from, to] = await queuePair();
  for (const name of ['lives', 'ended', 'free']) await add(from, { name, url: '/moved' });
  for (const name of ['lives', 'ended']) await add(to, { name, url: '/here' });
  await db.pool.query(`select taskqueue.delete_task($1, 'ended')`, [to]);
  expect(await arrive(to, await takeAway(from))).toEqual({ added: 1, dead: 2, repeated: false });
  expect(await namesOf(to)).toEqual(['free', 'lives']);
  expect(await value(db.pool, `select detail from taskqueue.explain_task($1, 'ended')`, [to])).toContain(
    'was moved here while its name was in use',
  );
  await db.pool.query(`select taskqueue.requeue_task($1, 'ended')`, [to]);
  expect(await namesOf(to)).toEqual(['ended', 'free', 'lives']);
  await sound();
});

test('dead tasks are moved when they are asked for, and stay dead', async () => {
  const [from, to] = await queuePair(`, retry => '{"task_retry_limit": 0}'`);
  await add(from, { name: 'died', url: '/a', payload: 'x' });
  await db.pool.query(
    `select taskqueue.fail_task($1, id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks($1, 1)`,
    [from],
  );
  expect(await take(from)).toBeUndefined();
  expect(await arrive(to, await takeAway(from, ', dead => true'))).toEqual({ added: 0, dead: 1, repeated: false });
  expect(
    await rows(db.pool, 'select name, reason, retry_count from taskqueue.dead_tasks where queue = $1', [to]),
  ).toEqual([{ name: 'died', reason: 'App Error', retry_count: 1 }]);
  await db.pool.query(`select taskqueue.requeue_task($1, 'died')`, [to]);
  await sound();
});

test('what is held can be given back, under its own names', async () => {
  const [from] = await queuePair();
  const generated = await add(from, { url: '/a' });
  await add(from, { name: 'given', url: '/b' });
  await take(from);
  expect(await value(db.pool, 'select taskqueue.undo_export($1)', [from])).toBe(2);
  expect(await value(db.pool, 'select taskqueue.undo_export($1)', [from])).toBe(0);
  expect(await namesOf(from)).toEqual([generated, 'given'].sort());
  expect(await value(db.pool, 'select count(*)::integer from taskqueue.claim_tasks($1, 10)', [from])).toBe(2);
  await sound();
});

test('a deferred call goes with its task', async () => {
  const [from, to] = await queuePair();
  const id = '11111111-2222-4333-8444-555555555555';
  await db.pool.query(
    `select taskqueue.keep_deferred(t.queue, t.name, $2::uuid, 'call') from taskqueue.add($1, payload => $2::text) as t`,
    [from, id],
  );
  await arrive(to, await takeAway(from));
  expect(String(await value(db.pool, 'select taskqueue.deferred_payload($1)', [id]))).toBe('call');
  const owner = `select name from taskqueue._task_rows where id = (select task_id from taskqueue._deferred_payload where id = $1)`;
  expect([await value(db.pool, owner, [id])]).toEqual(await namesOf(to));
});

test('a batch has about 4 MB of bodies', async () => {
  const [from] = await queuePair(`, mode => 'pull'`);
  for (let task = 0; task < 6; task++) await add(from, { payload: 'x'.repeat(1_000_000) });
  const first = (await take(from)) as Batch;
  expect(first).toMatchObject({ tasks: 4, more: true });
  expect(await take(from, `, ${first.number}`)).toMatchObject({ tasks: 2, more: false });
});

test('what cannot be added is refused as a whole, and stays held', async () => {
  const [from, to] = await queuePair();
  await db.pool.query(`select taskqueue.create_queue('pulled', mode => 'pull')`);
  await add(from, { name: 'one', url: '/a' });
  const { content } = (await take(from)) as Batch;
  const refused = async (queue: string, given: string) => (await refusal(arrive(queue, given))).code;
  expect(await refused(to, content)).toBe('TQ013'); // this database holds it
  await db.pool.query('select taskqueue.finish_export($1)', [from]);
  expect(await refused('pulled', content)).toBe('TQ021');
  expect(await refused('no-such', content)).toBe('TQ001');
  const changed = (change: object) => {
    const batch = JSON.parse(content);
    return JSON.stringify({ ...batch, tasks: [...batch.tasks, { ...batch.tasks[0], name: 'two', ...change }] });
  };
  expect(await refused(to, changed({ colour: 'red' }))).toBe('TQ108');
  expect(await refused(to, changed({ id: 7 }))).toBe('TQ108');
  expect(await refused(to, changed({ name: 'a b' }))).toBe('TQ005');
  expect(await refused(to, changed({ url: '//host' }))).toBe('TQ007');
  expect(await refused(to, changed({ target: 'a b' }))).toBe('TQ111');
  for (const odd of ['null', '[]', '3', '{}', '{"tasks": []}']) expect(await refused(to, odd), odd).toBe('TQ108');
  await db.pool.query(`select taskqueue.set_limits(tasks => 0), setval('taskqueue._storage_measured', 0)`);
  const full = await refused(to, content);
  await db.pool.query('select taskqueue.set_limits()');
  expect(full).toBe('TQ013');
  expect(await arrive(to, content)).toEqual({ added: 1, dead: 0, repeated: false });
});

test('a queue that holds tasks cannot be deleted, and a purge leaves them', async () => {
  const [from] = await queuePair();
  await add(from, { name: 'held', url: '/a' });
  await take(from);
  expect((await refusal(db.pool.query('select taskqueue.delete_queue($1)', [from]))).message).toContain(
    'exported tasks',
  );
  await db.pool.query('select taskqueue.purge_queue($1)', [from]);
  expect(await value(db.pool, 'select taskqueue.undo_export($1)', [from])).toBe(1);
  expect(await namesOf(from)).toEqual(['held']);
  await db.pool.query('select taskqueue.delete_queue($1)', [from]);
});

test('a queue has tasks for one destination at a time', async () => {
  const [from] = await queuePair();
  await add(from, { name: 'held', url: '/a' });
  await take(from, `, destination => 'eu'`);
  const other = await refusal(take(from, `, destination => 'us'`));
  expect([other.code, other.message]).toEqual(['TQ013', expect.stringContaining('exported to eu since')]);
  expect(await take(from, `, destination => 'eu'`)).toMatchObject({ tasks: 1 });
  expect(await take(from, `, 0, destination => 'eu', max_tasks => 0`)).toMatchObject({ tasks: 1 });
});

test('two calls that add one batch add it once', async () => {
  const [from, to] = await queuePair();
  await add(from, { name: 'twice', url: '/a' });
  const content = await takeAway(from);
  const results = await Promise.all([arrive(to, content), arrive(to, content), arrive(to, content)]);
  expect(results.map(({ repeated }) => repeated).sort()).toEqual([false, true, true]);
  expect(await namesOf(to)).toEqual(['twice']);
});
