// The dispatcher's functions: claims, settles, back-off, dead tasks, run now.
import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, row, rows, value } from '../../support/sql.ts';

interface Claimed {
  id: string;
  name: string;
  lease_token: string;
  retry_count: number;
  execution_count: number;
  previous_response: number | null;
  retry_reason: string | null;
  forced: boolean;
}

const db = useDatabase();
let queue: string;

beforeEach(async () => {
  queue = nextName('push');
  await db.pool.query('select taskqueue.create_queue($1)', [queue]);
});

const add = (args = '') =>
  value<string>(db.pool, `select name from taskqueue.add($1, transactional => false${args})`, [queue]);
const claim = (max = 10) => rows<Claimed>(db.pool, 'select * from taskqueue.claim_tasks($1, $2)', [queue, max]);
const force = () => rows<Claimed>(db.pool, 'select * from taskqueue.claim_forced_tasks($1, 10)', [queue]);
const complete = (tasks: Claimed[]) =>
  rows<{ complete_tasks: string }>(db.pool, 'select taskqueue.complete_tasks($1, $2, $3)', [
    queue,
    tasks.map((task) => task.id),
    tasks.map((task) => task.lease_token),
  ]);
const fail = (task: Claimed, { status = 500, reason = 'App Error', responded = true, forced = false } = {}) =>
  row<{ outcome: string; eta: Date | null }>(db.pool, 'select * from taskqueue.fail_task($1, $2, $3, $4, $5, $6, $7)', [
    queue,
    task.id,
    task.lease_token,
    status,
    reason,
    responded,
    forced,
  ]);
const makeDue = () =>
  db.pool.query(`update taskqueue._tasks set due = clock_timestamp() where due > clock_timestamp()`);
const expire = () =>
  db.pool.query(`update taskqueue._tasks set leased_until = clock_timestamp() where leased_until > clock_timestamp()`);
const only = async (tasks: Promise<Claimed[]>): Promise<Claimed> => {
  const [task, ...more] = await tasks;
  if (!task || more.length) throw new Error(`${more.length + (task ? 1 : 0)} tasks were claimed`);
  return task;
};

describe('claim_tasks', () => {
  test('gives everything that a request needs', async () => {
    await db.pool.query(
      `select taskqueue.add($1, url => '/send', method => 'PUT', payload => 'x', headers => '{"A": "b"}', name => 'named', target => 'worker', namespace => 'ns', dispatch_deadline => 20, transactional => false)`,
      [queue],
    );
    expect(await claim()).toMatchObject([
      {
        queue,
        name: 'named',
        url: '/send',
        method: 'PUT',
        headers: { a: 'b', 'content-type': 'text/plain; charset=utf-8' },
        body: Buffer.from('x'),
        target: 'worker',
        namespace: 'ns',
        retry_count: 0,
        execution_count: 0,
        previous_response: null,
        retry_reason: null,
        dispatch_deadline: 20,
        forced: false,
      },
    ]);
    expect(
      await row(
        db.pool,
        'select state, lease_until - clock_timestamp() between $2 and $3 as held from taskqueue.tasks where queue = $1',
        [queue, '45 s', '50 s'],
      ),
    ).toEqual({ state: 'dispatched', held: true });
  });

  test('has defaults for all of it, and the queue’s target first', async () => {
    await db.pool.query(`select taskqueue.update_queue($1, target => 'queue-target')`, [queue]);
    await add(`, target => 'own'`);
    expect(await claim()).toMatchObject([
      {
        url: `/_ah/queue/${queue}`,
        method: 'POST',
        headers: null,
        body: null,
        target: 'queue-target',
        namespace: '',
        dispatch_deadline: 600,
      },
    ]);
  });

  test('takes the oldest first, up to the number asked for, each once', async () => {
    const names = [await add(), await add(), await add()];
    expect((await claim(2)).map((task) => task.name)).toEqual(names.slice(0, 2));
    expect((await claim()).map((task) => task.name)).toEqual(names.slice(2));
    expect(await claim()).toEqual([]);
  });

  test('gives nothing early, from a paused queue, a pull queue, or one that is not there', async () => {
    await add(', countdown => 60');
    expect(await claim()).toEqual([]);
    await makeDue();
    await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
    expect(await claim()).toEqual([]);
    await db.pool.query('select taskqueue.resume_queue($1)', [queue]);
    expect(await claim()).toHaveLength(1);
    expect(await rows(db.pool, `select * from taskqueue.claim_tasks('none', 1)`)).toEqual([]);
  });

  test('gives a task again when its dispatcher was lost, as an attempt without an answer', async () => {
    await add();
    await fail(await only(claim()), { status: 503 });
    await makeDue();
    await claim();
    await expire();
    expect(await claim()).toMatchObject([
      { retry_count: 2, execution_count: 1, previous_response: 0, retry_reason: 'Instance Unavailable' },
    ]);
  });

  test('buries a task that was lost on its last attempt', async () => {
    await add(`, name => 'poison', retry => '{"task_retry_limit": 1}'`);
    for (let i = 0; i < 2; i++) {
      expect(await claim()).toHaveLength(1);
      await expire();
    }
    expect(await claim()).toEqual([]);
    expect(await row(db.pool, 'select name, reason from taskqueue.dead_tasks where queue = $1', [queue])).toEqual({
      name: 'poison',
      reason: 'Instance Unavailable',
    });
  });
});

describe('complete_tasks', () => {
  test('removes tasks and leaves tombstones for the named', async () => {
    await add(`, name => 'a'`);
    await add();
    const claimed = await claim();
    expect((await complete(claimed)).map((done) => done.complete_tasks).sort()).toEqual(
      claimed.map((task) => task.id).sort(),
    );
    expect(await value(db.pool, 'select tasks from taskqueue.queues where name = $1', [queue])).toBe('0');
    expect(await rows(db.pool, 'select name from taskqueue.tombstones where queue = $1', [queue])).toEqual([
      { name: 'a' },
    ]);
  });

  test('detects a stale token, and leaves the newer claim unchanged', async () => {
    await add();
    const stale = await claim();
    await expire();
    const current = await claim();
    expect(await complete(stale)).toEqual([]);
    expect(await fail(stale[0] as Claimed)).toEqual({ outcome: 'stale', eta: null });
    expect(await complete(current)).toHaveLength(1);
    expect(await complete(current)).toEqual([]);
  });

  test('does nothing for tasks that were deleted meanwhile', async () => {
    const name = await add();
    const claimed = await claim();
    await db.pool.query('select taskqueue.delete_task($1, $2)', [queue, name]);
    expect(await complete(claimed)).toEqual([]);
    expect(await fail(claimed[0] as Claimed)).toMatchObject({ outcome: 'stale' });
  });
});

describe('fail_task', () => {
  test('retries no task that was purged meanwhile', async () => {
    await add(`, name => 'purged'`);
    const claimed = await only(claim());
    await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
    expect(await fail(claimed)).toEqual({ outcome: 'stale', eta: null });
    expect(await value(db.pool, 'select tasks from taskqueue.queues where name = $1', [queue])).toBe('0');
    expect(await refusalCode(add(`, name => 'purged'`))).toBe('TQ011');
  });

  test('counts attempts and answers as the recorded run of App Engine did', async () => {
    await add();
    const facts: unknown[] = [];
    for (const status of [503, 404, 429, 500, 302, 200]) {
      const task = await only(claim());
      facts.push([task.retry_count, task.execution_count, task.previous_response, task.retry_reason]);
      if (status !== 200) await fail(task, { status });
      await makeDue();
    }
    expect(facts).toEqual([
      [0, 0, null, null],
      [1, 1, 503, 'App Error'],
      [2, 2, 404, 'App Error'],
      [3, 3, 429, 'App Error'],
      [4, 4, 500, 'App Error'],
      [5, 5, 302, 'App Error'],
    ]);
  });

  test('counts no answer after a time-out', async () => {
    await add();
    await fail(await only(claim()), { status: 0, reason: 'Instance Unavailable', responded: false });
    await makeDue();
    expect(await claim()).toMatchObject([
      { retry_count: 1, execution_count: 0, previous_response: 0, retry_reason: 'Instance Unavailable' },
    ]);
  });

  test('shows a task that waits for its back-off', async () => {
    await add(`, retry => '{"min_backoff_seconds": 100}'`);
    const before = Date.now();
    const { outcome, eta } = await fail(await only(claim()), { status: 503 });
    expect(outcome).toBe('retry');
    expect((eta?.getTime() ?? 0) - before).toBeGreaterThan(99_000);
    expect(
      await row(
        db.pool,
        'select state, eta, retry_count, last_status, lease_until from taskqueue.tasks where queue = $1',
        [queue],
      ),
    ).toEqual({ state: 'retrying', eta, retry_count: 1, last_status: 503, lease_until: null });
  });

  test.each([
    ['V1', { min: 10, max: 300, doublings: 3 }, [10, 20, 40, 80, 160, 240, 300, 300]],
    [
      'V2',
      { min: 10, max: 200, doublings: 0 },
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 200],
    ],
    ['V3', { min: 10, max: 200, doublings: 2 }, [10, 20, 40, 80, 120, 160, 200, 200]],
    ['V4', { min: 10, max: 200, doublings: 3 }, [10, 20, 40, 80, 160, 200, 200]],
    [
      'V5',
      { min: 0.1, max: 3600, doublings: 16 },
      [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6, 819.2, 1638.4, 3276.8, 3600, 3600],
    ],
    ['V6', { min: 0.1, max: 2, doublings: 16 }, [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]],
    ['V7', { min: 0.1, max: 3600, doublings: 3 }, [0.1, 0.2, 0.4, 0.8, 1.6, 2.4, 3.2, 4]],
    ['V8', { min: 1, max: 5, doublings: 1 }, [1, 2, 4, 5, 5]],
    ['V9', { min: 30, max: 30, doublings: 16 }, [30, 30, 30]],
    ['V10', { min: 1, max: 10, doublings: 5 }, [1, 2, 4, 8, 10, 10]],
    ['V11', { min: 0.1, max: 3600, doublings: 0 }, [0.1, 0.2, 0.3, 0.4]],
  ])('backs off as App Engine did: %s', async (_, { min, max, doublings }, delays) => {
    const found = await rows<{ delay: number }>(
      db.pool,
      `select extract(epoch from taskqueue._backoff(row(null, null, $1, $2, $3), n))::double precision as delay from generate_series(1, $4::integer) as n`,
      [min, max, doublings, delays.length],
    );
    expect(found.map((each) => each.delay)).toEqual(delays);
  });

  test('backs off without overflow, however often it failed', async () => {
    const delay = (rule: string, attempt: number) =>
      value(db.pool, `select extract(epoch from taskqueue._backoff(row(${rule}), $1))::double precision`, [attempt]);
    expect(await delay('null, null, 0.1, 3600, 2147483647', 2147483647)).toBe(3600);
    expect(await delay('null, null, 0, 0, 16', 2147483647)).toBe(0);
  });

  test.each([
    ['no limit', 'null, null', 1_000_000, '10 years', true],
    ['limit 7, at the 7th', '7, null', 7, '0', true],
    ['limit 7, at the 8th', '7, null', 8, '0', false],
    ['limit 0, at the 1st', '0, null', 1, '0', false],
    ['age 2 d, at 2 d', 'null, 172800', 100, '2 days', true],
    ['age 2 d, above', 'null, 172800', 1, '2 days 1 second', false],
    ['both: 8 failures at 1 h', '7, 172800', 8, '1 hour', true],
    ['both: 3rd failure at 3 d', '7, 172800', 3, '3 days', true],
    ['both: 8th failure at 2 d 1 s', '7, 172800', 8, '2 days 1 second', false],
    ['limit 0 and 10 s, at 3 s', '0, 10', 1, '3 seconds', true],
    ['limit 0 and 10 s, at 11 s', '0, 10', 2, '11 seconds', false],
  ])('gives up by both limits: %s', async (_, limits, failures, age, again) => {
    expect(
      await value(db.pool, `select taskqueue._may_retry(row(${limits}, 0.1, 3600, 16), $1, $2)`, [failures, age]),
    ).toBe(again);
  });

  test('gives up after its retries: N + 1 attempts, then dead, tombstoned, kept for seven days', async () => {
    await add(`, name => 'doomed', payload => 'kept', retry => '{"task_retry_limit": 2}'`);
    for (let i = 0; i < 2; i++) {
      expect((await fail(await only(claim()))).outcome).toBe('retry');
      await makeDue();
    }
    expect(await fail(await only(claim()), { status: 404 })).toEqual({ outcome: 'dead', eta: null });
    expect(
      await row(
        db.pool,
        'select name, reason, retry_count, last_status, expires - died as kept from taskqueue.dead_tasks where queue = $1',
        [queue],
      ),
    ).toMatchObject({
      name: 'doomed',
      reason: 'App Error',
      retry_count: 3,
      last_status: 404,
    });
    expect(await value(db.pool, `select convert_from(taskqueue.task_payload($1, 'doomed'), 'UTF8')`, [queue])).toBe(
      'kept',
    );
    expect(await refusalCode(add(`, name => 'doomed'`))).toBe('TQ011');
  });
});

describe('requeue_task', () => {
  test('puts a dead task back, named or not, with all its retries', async () => {
    const names = [
      await add(`, name => 'again', retry => '{"task_retry_limit": 0}'`),
      await add(`, retry => '{"task_retry_limit": 0}'`),
    ];
    for (const task of await claim()) expect((await fail(task)).outcome).toBe('dead');
    for (const name of names) {
      expect(await row(db.pool, 'select * from taskqueue.requeue_task($1, $2)', [queue, name])).toMatchObject({
        queue,
        name,
      });
      expect(await refusalCode(db.pool.query('select taskqueue.requeue_task($1, $2)', [queue, name]))).toBe('TQ010');
    }
    expect(await refusalCode(add(`, name => 'again'`))).toBe('TQ010');
    expect((await claim()).map((task) => [task.name, task.retry_count])).toEqual(names.map((name) => [name, 0]));
    expect(await refusalCode(db.pool.query(`select taskqueue.requeue_task($1, 'never')`, [queue]))).toBe('TQ014');
  });
});

describe('run_task', () => {
  test('has a task run now, before its eta and in a paused queue', async () => {
    const name = await add(', countdown => 3600');
    await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
    expect(await value(db.pool, 'select taskqueue.run_task($1, $2)', [queue, name])).toBe(true);
    expect(await value(db.pool, 'select taskqueue.run_task($1, $2)', [queue, name])).toBe(true);
    const task = await only(force());
    expect(task).toMatchObject({ name, forced: true, retry_count: 0 });
    expect(await force()).toEqual([]);
    expect(await value(db.pool, 'select taskqueue.run_task($1, $2)', [queue, name])).toBe(false);
    expect(await complete([task])).toHaveLength(1);
  });

  test('doesn’t use up the retry limit', async () => {
    const name = await add(`, retry => '{"task_retry_limit": 0, "min_backoff_seconds": 50}'`);
    for (let i = 0; i < 3; i++) {
      await db.pool.query('select taskqueue.run_task($1, $2)', [queue, name]);
      const { outcome, eta } = await fail(await only(force()), { forced: true });
      expect(outcome).toBe('retry');
      expect((eta?.getTime() ?? 0) - Date.now()).toBeGreaterThan(49_000);
    }
    await makeDue();
    expect((await fail(await only(claim()))).outcome).toBe('dead');
  });

  test('says why there is no such task', async () => {
    await add(`, name => 'gone'`);
    await db.pool.query(`select taskqueue.delete_task($1, 'gone')`, [queue]);
    expect(await refusalCode(db.pool.query(`select taskqueue.run_task($1, 'gone')`, [queue]))).toBe('TQ011');
    expect(await refusalCode(db.pool.query(`select taskqueue.run_task($1, 'never')`, [queue]))).toBe('TQ014');
    await db.pool.query(`select taskqueue.create_queue('pulled', mode => 'pull')`);
    expect(await refusalCode(db.pool.query(`select taskqueue.run_task('pulled', 'never')`))).toBe('TQ021');
  });
});

describe('the rest of the dispatcher’s', () => {
  test('release_tasks undoes a claim', async () => {
    await add();
    const [task] = await claim();
    expect(
      await value(db.pool, 'select taskqueue.release_tasks($1, $2, $3)', [queue, [task?.id], [task?.lease_token]]),
    ).toBe('1');
    expect(await claim()).toMatchObject([{ retry_count: 0, previous_response: null }]);
  });

  test('next_due: nothing, later, now, or when a lease ends', async () => {
    const next = () => value<Date | null>(db.pool, 'select taskqueue.next_due($1)', [queue]);
    expect(await next()).toBeNull();
    await add(', countdown => 600');
    const later = await next();
    expect((later?.getTime() ?? 0) - Date.now()).toBeGreaterThan(590_000);
    await add(', dispatch_deadline => 20');
    expect((await next())?.getTime()).toBeLessThanOrEqual(Date.now() + 5);
    await claim();
    const lease = await value<Date>(
      db.pool,
      'select lease_until from taskqueue.tasks where queue = $1 and lease_until is not null',
      [queue],
    );
    expect(await next()).toEqual(lease);
  });

  test('forced_queues: those that have tasks to run now, counted to 100, and no others', async () => {
    await db.pool.query(
      `insert into taskqueue._forced_runs select q.id, n, clock_timestamp() from taskqueue._queues as q, generate_series(1, 150) as n where q.name = $1`,
      [queue],
    );
    const forced = `select * from taskqueue.forced_queues($1)`;
    expect(await rows(db.pool, forced, [[queue, 'default', 'no-such', null]])).toEqual([{ queue, tasks: 100 }]);
    expect(await rows(db.pool, forced, [[]])).toEqual([]);
    await db.pool.query('delete from taskqueue._forced_runs where task_id > 2');
    expect(await rows(db.pool, forced, [[queue]])).toEqual([{ queue, tasks: 2 }]);
    await db.pool.query('delete from taskqueue._forced_runs');
    expect(await rows(db.pool, forced, [[queue]])).toEqual([]);
  });

  test('dispatcher_queues: limits, state and what is in flight', async () => {
    await add();
    await add();
    await claim(1);
    expect(await rows(db.pool, 'select * from taskqueue.dispatcher_queues() where name = $1', [queue])).toMatchObject([
      { rate: 5, bucket_size: 5, max_concurrent_requests: 1000, running: true, in_flight: '1' },
    ]);
  });

  test('record_statistics: what the last minute saw', async () => {
    await db.pool.query('select taskqueue.record_statistics($1, 3), taskqueue.record_statistics($1, 4)', [queue]);
    await db.pool.query(
      `insert into taskqueue._statistics select queue_id, at - interval '61 s', 100 from taskqueue._statistics limit 1`,
    );
    expect(await value(db.pool, 'select executed_last_minute from taskqueue.queues where name = $1', [queue])).toBe(
      '7',
    );
  });

  test('sweep_queue: removes what has expired and nothing else', async () => {
    await add(`, name => 'a'`);
    await add(`, name => 'b'`);
    await db.pool.query(`select taskqueue.delete_tasks($1, array['a', 'b'])`, [queue]);
    await db.pool.query(`update taskqueue._names set expires = clock_timestamp() where name = 'a'`);
    expect(await value(db.pool, 'select taskqueue.sweep_queue($1)', [queue])).toBe('1');
    expect(
      await rows(
        db.pool,
        'select name from taskqueue._names where queue_id = (select id from taskqueue._queues where name = $1)',
        [queue],
      ),
    ).toEqual([{ name: 'b' }]);
  });
});
