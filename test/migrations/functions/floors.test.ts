// The floor, step by step: what it passes, what stops it, what takes it down again; and purges, which it walks over.
import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let queue: string;

beforeEach(async () => {
  queue = nextName('floor');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

const id = `(select id from taskqueue._queues where name = $1)`;
const add = (...names: string[]) =>
  db.pool.query(`select taskqueue.add_tasks($1, $2, transactional => false)`, [
    queue,
    JSON.stringify(names.map((name) => ({ name, payload: name }))),
  ]);
const lease = async (seconds = 60, max = 1) =>
  rows<{ name: string; lease_token: string }>(db.pool, 'select * from taskqueue.lease_tasks($1, $2, $3)', [
    queue,
    seconds,
    max,
  ]);
const due = (name: string) =>
  value<Date>(
    db.pool,
    `select due from taskqueue._tasks where name = $1 and queue_id = (select id from taskqueue._queues where name = $2)`,
    [name, queue],
  );
const floor = () => value<Date>(db.pool, `select nullif(taskqueue._floor(${id}), '-infinity')`, [queue]);
const advance = () => value<Date>(db.pool, 'select taskqueue.advance_floor($1, taskqueue.clock())', [queue]);
const raise = (to: Date) => db.pool.query('select taskqueue.raise_floor($1, $2)', [queue, to]);
/** Makes every lease of the queue look as if it had begun so long ago. */
const age = (seconds: number) =>
  db.pool.query(
    `update taskqueue._tasks set lease_token = taskqueue._lease_token(clock_timestamp() - make_interval(secs => $2))
     where lease_token is not null and queue_id = ${id}`,
    [queue, seconds],
  );
const names = async () => (await lease(0, 100)).map((task) => task.name);

describe('advance_floor', () => {
  test('is raised to the upper bound if the queue is empty', async () => {
    const before = Date.now();
    expect((await advance()).getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(await value(db.pool, `select taskqueue.advance_floor('none', now())`)).toBeNull();
  });

  test('stops at a task that is ready, and steps over those that are gone', async () => {
    await add('gone', 'ready', 'later');
    await db.pool.query(`select taskqueue.delete_task($1, 'gone')`, [queue]);
    expect(await advance()).toEqual(await due('ready'));
  });

  test('stops at a lease that has just begun, and puts one that lasts behind its end', async () => {
    await add('held', 'ready');
    await lease(600);
    expect(await advance()).toEqual(await due('held'));
    await age(3);
    expect(await advance()).toEqual(await due('ready'));
    const moved = await row<{ due: Date; leased_until: Date }>(
      db.pool,
      `select due, leased_until from taskqueue._tasks where name = 'held' and queue_id = ${id}`,
      [queue],
    );
    expect(moved.due).toEqual(moved.leased_until);
  });

  test('moves a lease once', async () => {
    await add('held');
    await lease(600);
    await age(3);
    await advance();
    const version = () => value(db.pool, `select xmin::text from taskqueue._tasks where queue_id = ${id}`, [queue]);
    const before = await version();
    await advance();
    expect(await version()).toBe(before);
  });

  test('stops at a task that someone has locked', async () => {
    await add('held', 'ready');
    await lease(600);
    await age(3);
    const other = await db.client();
    await other.query('begin');
    await other.query(`select from taskqueue._tasks where name = 'held' for update`);
    expect(await advance()).toEqual(await due('held'));
    await other.query('rollback');
  });

  test('leaves a task with a later eta above', async () => {
    await db.pool.query(`select taskqueue.add($1, payload => 'x', countdown => 3600)`, [queue]);
    expect((await advance()).getTime()).toBeLessThan(Date.now() + 1000);
  });
});

describe('raise_floor', () => {
  test('raises and never lowers, leaves no row version, and claims begin there', async () => {
    await add('below');
    // Once a minute, a lease call that finds nothing looks below the floor itself: not in this minute.
    await db.pool.query(
      `select setval('taskqueue._horizon_swept', (extract(epoch from clock_timestamp()) * 1000000)::bigint)`,
    );
    await db.pool.query(`update taskqueue._tasks set due = due - interval '1 hour' where queue_id = ${id}`, [queue]);
    const high = new Date(Date.now() - 1000);
    await raise(high);
    await raise(new Date(0));
    expect(await floor()).toEqual(high);
    expect(await names()).toEqual([]); // too high: this is what sweep_queue is for
    await db.pool.query('select taskqueue.sweep_queue($1)', [queue]);
    expect(await floor()).toEqual(await due('below'));
    expect(await names()).toEqual(['below']);
  });

  test('stays when the transaction is rolled back: it is a statement of its own', async () => {
    const client = await db.client();
    await client.query('begin');
    await client.query('select taskqueue.raise_floor($1, $2)', [queue, new Date(1e12)]);
    await client.query('rollback');
    expect(await floor()).toEqual(new Date(1e12));
  });
});

describe('a task that was put behind its lease', () => {
  beforeEach(async () => {
    await add('moved');
  });
  const moved = async () => {
    const [held] = await lease(600);
    await age(3);
    await raise(await advance());
    return row<{ lease_token: string }>(db.pool, `select lease_token from taskqueue._tasks where queue_id = ${id}`, [
      queue,
    ]).then((now) => ({ ...held, ...now }));
  };

  test('can be leased immediately when the lease is released', async () => {
    const { lease_token } = await moved();
    await db.pool.query(`select taskqueue.modify_task_lease($1, 'moved', $2, 0)`, [queue, lease_token]);
    expect(await names()).toEqual(['moved']);
  });

  test('is there when a shortened lease ends, and not before', async () => {
    const { lease_token } = await moved();
    const { eta } = await row<{ eta: Date }>(db.pool, `select * from taskqueue.modify_task_lease($1, 'moved', $2, 5)`, [
      queue,
      lease_token,
    ]);
    expect(await names()).toEqual([]);
    expect(Math.abs((await due('moved')).getTime() - eta.getTime())).toBeLessThan(50);
    expect((await due('moved')).getTime()).toBeGreaterThanOrEqual(((await floor()) as Date).getTime());
  });

  test('is still its holder’s to extend and to delete', async () => {
    const { lease_token } = await moved();
    await db.pool.query(`select taskqueue.modify_task_lease($1, 'moved', $2, 700)`, [queue, lease_token]);
    expect(await value(db.pool, `select taskqueue.delete_task($1, 'moved', $2)`, [queue, lease_token])).toBe(true);
  });
});

describe('open_writers', () => {
  const openWriters = (among: string[] | null = null) =>
    value<string[]>(db.pool, 'select taskqueue.open_writers($1)', [among]);

  test('sees who has added and not ended, by lock, and not itself nor who only reads', async () => {
    const [adder, reader] = [await db.client(), await db.client()];
    await reader.query('begin');
    await reader.query('select count(*) from taskqueue._tasks');
    expect(await openWriters()).toEqual([]);
    await adder.query('begin');
    await adder.query(`select taskqueue.add()`);
    const [writer] = await openWriters();
    expect(writer).toMatch(/^\d+\/\d+$/);
    expect(await openWriters([writer ?? '', '9/9'])).toEqual([writer]);
    await adder.query('commit');
    expect(await openWriters([writer ?? ''])).toEqual([]);
    await reader.query('rollback');
  });

  test('does not take a vacuum for one, but who adds beside such a lock', async () => {
    const holder = await db.client();
    await holder.query('begin');
    await holder.query('lock table taskqueue._tasks in share update exclusive mode'); // as VACUUM and ANALYZE do
    expect(await openWriters()).toEqual([]);
    await holder.query(`select taskqueue.add()`);
    expect(await openWriters()).toHaveLength(1);
    await holder.query('rollback');
  });

  test('sees a prepared transaction until it ends', async () => {
    const adder = await db.client();
    await adder.query('begin');
    await adder.query(`select taskqueue.add(wake => false)`);
    await adder.query(`prepare transaction 'writer'`);
    expect(await openWriters()).toHaveLength(1);
    await adder.query(`commit prepared 'writer'`);
    expect(await openWriters()).toEqual([]);
  });
});

describe('a purge', () => {
  test('touches no task, however many there are, and their rows go later', async () => {
    await add('a', 'b', 'c');
    const [held] = await lease();
    const versions = () =>
      rows(db.pool, `select ctid::text, xmin::text, xmax::text from taskqueue._tasks where queue_id = ${id}`, [queue]);
    const before = await versions();
    expect(await value(db.pool, 'select taskqueue.purge_queue($1)', [queue])).toBe('3');
    expect(await versions()).toEqual(before);
    expect(await value(db.pool, 'select tasks from taskqueue.queues where name = $1', [queue])).toBe('0');
    expect(await rows(db.pool, 'select from taskqueue.tasks where queue = $1', [queue])).toEqual([]);
    expect(await names()).toEqual([]);
    expect(await value(db.pool, `select taskqueue.delete_task($1, 'a', $2)`, [queue, held?.lease_token])).toBe(false);
    expect((await advance()).getTime()).toBeGreaterThan(Date.now() - 1000);
    expect(await value(db.pool, 'select taskqueue.clean_purged($1)', [queue])).toBe('3');
    expect(await value(db.pool, 'select taskqueue.clean_purged($1)', [queue])).toBe('0');
    expect(await row(db.pool, 'select purged, purged_at from taskqueue._queues where name = $1', [queue])).toEqual({
      purged: null,
      purged_at: null,
    });
  });

  test('spares what was added before and is committed after, and what is added after', async () => {
    const late = await db.client();
    await late.query('begin');
    await late.query(`select taskqueue.add($1, payload => 'late')`, [queue]);
    await add('early');
    await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
    await add('after');
    await late.query('commit');
    expect(await lease(0, 10)).toHaveLength(2);
    await db.pool.query('select taskqueue.clean_purged($1)', [queue]);
    expect(await lease(0, 10)).toHaveLength(2);
  });

  test('leaves tombstones immediately, from the moment of the purge', async () => {
    await add('a');
    await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
    const again = () =>
      value(
        db.pool,
        `select result from taskqueue.add_tasks($1, '[{"name": "a", "payload": ""}]', transactional => false)`,
        [queue],
      );
    const tombstone = () =>
      row(db.pool, 'select name, ended, expires from taskqueue.tombstones where queue = $1', [queue]);
    expect(await again()).toBe('tombstoned');
    const before = await tombstone();
    await db.pool.query('select taskqueue.clean_purged($1)', [queue]);
    expect(await again()).toBe('tombstoned');
    expect(await tombstone()).toEqual(before);
  });

  test('frees names immediately where the queue keeps no tombstones', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, tombstone_ttl => '0')`, [queue]);
    await add('a');
    await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
    expect(
      await value(
        db.pool,
        `select result from taskqueue.add_tasks($1, '[{"name": "a", "payload": ""}]', transactional => false)`,
        [queue],
      ),
    ).toBe('added');
    await db.pool.query('select taskqueue.clean_purged($1)', [queue]);
    expect(await names()).toEqual(['a']);
    expect(await value(db.pool, `select taskqueue.delete_task($1, 'a')`, [queue])).toBe(true); // its name is its own
  });

  test('twice before the first is cleaned', async () => {
    await add('a');
    await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
    await add('b');
    expect(await value(db.pool, 'select taskqueue.purge_queue($1)', [queue])).toBe('1');
    expect(await names()).toEqual([]);
    expect(await value(db.pool, 'select taskqueue.clean_purged($1)', [queue])).toBe('2');
  });
});
