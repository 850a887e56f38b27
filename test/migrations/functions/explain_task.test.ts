// Why has it not run? One test a reason, on a clock that stands where the test puts it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOCKS } from '../../../src/schema/locks.ts';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, rows } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
let leader: Awaited<ReturnType<typeof db.client>>;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(db.pool);
  leader = await db.client();
});
beforeEach(async () => {
  queue = nextName('why');
  await db.pool.query('select taskqueue.create_queue($1)', [queue]);
  await lead();
});
afterAll(() => leader.query('select pg_advisory_unlock_all()'));

/** A dispatcher, as the locks that it holds say. */
async function lead(): Promise<void> {
  await leader.query(`select pg_advisory_unlock_all(), pg_advisory_lock_shared(${LOCKS.dispatcher}, 0)`);
  await leader.query(`select pg_advisory_lock(${LOCKS.leader}, id) from taskqueue._queues where name = $1`, [queue]);
}
const add = (options = '') =>
  db.pool.query(`select taskqueue.add('${queue}', name => 'it', transactional => false ${options})`);
const addOthers = (count: number) =>
  db.pool.query(
    `select taskqueue.add_tasks($1, (select jsonb_agg('{}'::jsonb) from generate_series(1, $2::int)), transactional => false)`,
    [queue, count],
  );
const claim = async (max = 1, claimer = 0) =>
  rows<{ id: string; lease_token: string }>(db.pool, 'select * from taskqueue.claim_tasks($1, $2, $3)', [
    queue,
    max,
    claimer,
  ]);
const fail = async (status: number, reason = 'App Error') => {
  const [task] = await claim();
  await db.pool.query('select taskqueue.fail_task($1, $2, $3, $4, $5, true, false)', [
    queue,
    task?.id,
    task?.lease_token,
    status,
    reason,
  ]);
};
interface Explained {
  reason: string;
  detail: string;
  until: Date | null;
  remedy: string | null;
}
const explain = (name = 'it') =>
  rows<Explained>(db.pool, 'select * from taskqueue.explain_task($1, $2)', [queue, name]);
const reasons = async (name = 'it') => (await explain(name)).map(({ reason }) => reason);
const set = (what: string) => db.pool.query(`select taskqueue.update_queue($1, ${what})`, [queue]);

test('due: nothing keeps it', async () => {
  await add();
  expect(await explain()).toMatchObject([
    { reason: 'due', detail: expect.stringMatching(/^It has been due since .* UTC: /), until: null },
  ]);
});

test('overdue: its leader has claimed nothing for longer than the rate explains', async () => {
  await set(`rate => '2/m', bucket_size => 1`);
  await add();
  await clock.advance(45);
  expect(await reasons()).toEqual(['due']); // a token may take 30 s, a change of leaders some more
  await clock.advance(10);
  const [first] = await explain();
  expect(first).toMatchObject({ reason: 'overdue', remedy: expect.stringContaining('pg_terminate_backend') });
  expect(first?.detail).toMatch(
    /^It has been due since .*, the dispatcher of session \d+, has claimed nothing of queue .* since .* UTC: .* 2\/m/,
  );
  await addOthers(100);
  expect(await reasons()).toEqual(['overdue']); // and not: no token
});

test('overdue counts from when the queue did something last', async () => {
  await set(`rate => '5/s'`);
  await clock.advance(3600);
  await addOthers(1);
  await add();
  await clock.advance(60);
  await claim();
  await clock.advance(10);
  expect(await reasons()).toEqual(['due']);
  await clock.advance(15);
  expect(await reasons()).toEqual(['overdue']);
});

test('paused, by whom, since when, why and until when', async () => {
  await add();
  await db.pool.query(
    `select taskqueue.pause_queue($1, reason => 'provider is down', until => taskqueue._now() + interval '1 hour')`,
    [queue],
  );
  const [first] = await explain();
  expect(first).toMatchObject({ reason: 'paused', remedy: `select taskqueue.resume_queue('${queue}');` });
  expect(first?.detail).toMatch(/ was paused at .* UTC by postgres: provider is down\.$/);
  expect((await explain()).at(-1)?.detail).toMatch(/: nothing about the task itself keeps it from running\.$/);
  expect(first?.until?.getTime()).toBeGreaterThan((await clock.now()).getTime() + 3_500_000);
});

test('disabled, since when', async () => {
  await add();
  await db.pool.query('update taskqueue._queues set disabled_at = taskqueue._now() where name = $1', [queue]);
  expect((await reasons())[0]).toBe('disabled');
});

test('a rate of 0', async () => {
  await add();
  await set(`rate => '0'`);
  expect(await explain()).toMatchObject([
    { reason: 'rate', detail: `Queue ${queue} dispatches nothing: its rate is 0 and its bucket size 5.` },
    {},
  ]);
});

test('its ETA', async () => {
  await add(', countdown => 12');
  expect(await explain()).toMatchObject([{ reason: 'eta', detail: 'Its ETA is in 00:00:12.' }]);
});

test('no dispatcher, and none that leads the queue', async () => {
  await add();
  await leader.query('select pg_advisory_unlock_all()');
  expect(await explain()).toMatchObject([
    { reason: 'dispatcher', remedy: 'Start one: pgtaskqueue serve' },
    { reason: 'due' },
  ]);
  await leader.query(`select pg_advisory_lock_shared(${LOCKS.dispatcher}, 0)`);
  expect(await explain()).toMatchObject([{ reason: 'dispatcher', remedy: null }, {}]);
});

test('backing off, after what, which attempt of how many', async () => {
  await set(`retry => '{"task_retry_limit": 4, "min_backoff_seconds": 30}'`);
  await add();
  await fail(503);
  expect(await explain()).toMatchObject([
    { reason: 'back_off', detail: 'It failed with status 503 (App Error); attempt 2 of 5 runs in 00:00:30.' },
  ]);
  await clock.advance(31);
  expect(await reasons()).toEqual(['due']);
});

test('an unknown target', async () => {
  await add(`, target => 'billing'`);
  await fail(0, 'Unknown Target');
  expect((await explain())[0]).toMatchObject({
    reason: 'target',
    detail: 'Its target billing was unknown at the last attempt.',
  });
});

describe('the last failure', () => {
  interface Failure {
    status: number;
    reason?: string;
    error?: string;
    response?: string;
  }
  const record = (failure: Failure, attempt = 1) =>
    db.pool.query('select taskqueue.record_attempts($1)', [
      JSON.stringify([
        { queue, name: 'it', attempt, seconds: 1, reason: 'App Error', url: 'http://mail:3000/send', ...failure },
      ]),
    ]);

  test.each<[string, Failure, string, RegExp | null]>([
    [
      'its words',
      { status: 500, response: 'SmtpError:\n 550.' },
      ' with status 500 (App Error): SmtpError: 550; it',
      /log/,
    ],
    [
      'nobody listens',
      { status: 0, reason: 'Connection Error', error: 'connect ECONNREFUSED 127.0.0.1:3000' },
      ' with no response (Connection Error): connect ECONNREFUSED 127.0.0.1:3000; it',
      /^Is the handler at http:\/\/mail:3000 up, and/,
    ],
    [
      'the secret',
      { status: 403 },
      ' with status 403 (App Error); it',
      /have the secret that signs requests to target w/,
    ],
    ['the path', { status: 404 }, ' with status 404 (App Error); it', /^Is the path right/],
    ['overload', { status: 503 }, ' with status 503 (App Error); it', /select taskqueue\.update_queue\('.*', rate/],
    [
      'the deadline',
      { status: 0, reason: 'Instance Unavailable', error: 'no complete response within 15 s' },
      ' (Instance Unavailable): no complete response within 15 s; it',
      /dispatch_deadline/,
    ],
    ['a redirect', { status: 302 }, ' with status 302 (App Error); it', /^Redirects are not followed/],
    ['a retry that the handler asked for', { status: 408 }, ' with status 408 (App Error); it', null],
  ])('%s', async (_, failure, detail, remedy) => {
    await add(`, target => 'web'`);
    await record({ status: 500, response: 'earlier' });
    await clock.advance(1);
    await record(failure, 2);
    const failed = (await explain()).find(({ reason }) => reason === 'failed');
    expect(failed?.detail).toMatch(/^Attempt 2 failed at .* UTC .* called http:\/\/mail:3000\/send\.$/);
    expect(failed?.detail).toContain(detail);
    expect(failed?.remedy ?? null).toEqual(remedy && expect.stringMatching(remedy));
  });

  test('not one of an earlier task of that name, and not the words of a handler for those who may not read payloads', async () => {
    await record({ status: 500, response: 'secret' });
    await clock.advance(1);
    await add();
    expect(await reasons()).not.toContain('failed');
    await record({ status: 500, response: 'secret' });
    const viewer = await db.asRole('taskqueue_viewer');
    const told = await rows<Explained>(viewer, `select * from taskqueue.explain_task($1, 'it')`, [queue]);
    expect(told.find(({ reason }) => reason === 'failed')?.detail).not.toContain('secret');
    expect((await explain()).find(({ reason }) => reason === 'failed')?.detail).toContain('secret');
  });

  test('an unknown target that has been set, or has no key that can be read', async () => {
    await add(`, target => 'billing'`);
    await fail(0, 'Unknown Target');
    await record({ status: 0, reason: 'Unknown Target', error: 'no signing key of target "billing" can be read' });
    expect((await explain())[0]).toMatchObject({
      detail: 'Its target billing was unknown at the last attempt, as none of its signing keys could be read.',
      remedy: expect.stringContaining('keys list'),
    });
    await record({ status: 0, reason: 'Unknown Target', error: 'target "billing" is not set' });
    await db.pool.query(`select taskqueue.set_target('billing', 'http://127.0.0.1:3000')`);
    const set = { detail: 'Its target billing was unknown at the last attempt; it is set now.', remedy: null };
    expect((await explain())[0]).toMatchObject(set);
    await db.pool.query(`select taskqueue.remove_target('billing')`);
  });

  test('of a pull task: its error, and how many leases ended without a word', async () => {
    queue = `${queue}-pull`;
    await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull', retry => '{"task_retry_limit": 5}')`, [
      queue,
    ]);
    await add(`, payload => 'x'`);
    const lease = async () =>
      (await rows<{ lease_token: string }>(db.pool, 'select * from taskqueue.lease_tasks($1, 60)', [queue]))[0];
    await lease();
    await clock.advance(61);
    const failing = `select taskqueue.modify_task_lease($1, 'it', $2, 30, 'TypeError: x')`;
    await db.pool.query(failing, [queue, (await lease())?.lease_token]);
    expect(await explain()).toMatchObject([
      { reason: 'back_off', detail: 'It failed; lease 3 of 5 may begin in 00:00:30.', remedy: null },
      { reason: 'failed', detail: expect.stringMatching(/^Lease 2 failed at .* UTC: TypeError: x\.$/) },
      { reason: 'leases', detail: expect.stringMatching(/^Of its 2 leases, 1 ended without a word/) },
    ]);
    await clock.advance(31);
    await lease();
    expect(await reasons()).toEqual(['leased', 'failed', 'leases']);
  });
});

test('no token: how many are before it, and when its turn comes', async () => {
  await set(`rate => '5/s', bucket_size => 1`);
  await addOthers(40);
  await add();
  await db.pool.query(`select taskqueue.record_statistics($1, 1)`, [queue]); // a dispatch, just now
  const [first] = await explain();
  expect(first).toMatchObject({
    reason: 'tokens',
    detail: expect.stringMatching(/: 40 tasks are before it, at a rate of 5\/s\.$/),
  });
  expect((first?.until?.getTime() ?? 0) - (await clock.now()).getTime()).toBeCloseTo(8_200, -3);
});

test('concurrency', async () => {
  await set('max_concurrent_requests => 1');
  await addOthers(1);
  await clock.advance(1);
  await add();
  await claim(1);
  expect((await explain())[0]).toMatchObject({
    reason: 'concurrency',
    detail: expect.stringMatching(/^1 request of queue .* in flight/),
  });
});

test('dispatched, leased: since when and until when', async () => {
  await add();
  const other = await db.client(); // which has claimed it, and leads the queue no more
  await other.query(`select pg_advisory_lock_shared(${LOCKS.claimer}, 4711)`);
  await claim(1, 4711);
  const pid = (await other.query('select pg_backend_pid() as pid')).rows[0].pid;
  const held = (by: string) => [
    {
      reason: 'dispatched',
      detail: expect.stringMatching(new RegExp(`^${by} has held it since .* UTC, until .* UTC at the latest\\.$`)),
      until: expect.any(Date),
    },
  ];
  expect(await explain()).toMatchObject(held(`The dispatcher of session ${pid}`));
  await other.end();
  await eventually(async () => expect(await explain()).toMatchObject(held('A dispatcher that is gone')));
  queue = `${queue}-pull`;
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
  await add(`, payload => 'x'`);
  expect(await reasons()).toEqual(['due']);
  await db.pool.query('select taskqueue.lease_tasks($1, 60)', [queue]);
  expect(await explain()).toMatchObject([
    {
      reason: 'leased',
      detail: expect.stringMatching(/^A worker has held it since .* UTC, until .* UTC at the latest\.$/),
    },
  ]);
});

test('asked to run now, whatever else there is', async () => {
  await add(', countdown => 3600');
  await db.pool.query('select taskqueue.pause_queue($1)', [queue]);
  await db.pool.query(`select taskqueue.run_task($1, 'it')`, [queue]);
  expect((await reasons())[0]).toBe('run_now');
});

test('the reason that ends last comes first', async () => {
  await add(', countdown => 60');
  await db.pool.query(`select taskqueue.pause_queue($1, until => taskqueue._now() + interval '30 s')`, [queue]);
  expect(await reasons()).toEqual(['eta', 'paused']);
  await db.pool.query(`select taskqueue.pause_queue($1, until => taskqueue._now() + interval '90 s')`, [queue]);
  expect(await reasons()).toEqual(['paused', 'eta']);
});

test('dead: why, and until when it can be put back', async () => {
  await set(`retry => '{"task_retry_limit": 0}'`);
  await add();
  await fail(500);
  expect(await explain()).toMatchObject([
    {
      reason: 'dead',
      detail: expect.stringMatching(/after 1 attempt; the last one: status 500 /),
      remedy: expect.stringContaining('requeue_task'),
    },
  ]);
});

test('ended: when, and until when its name rests', async () => {
  await add();
  await db.pool.query(`select taskqueue.delete_task($1, 'it')`, [queue]);
  expect(await explain()).toMatchObject([{ reason: 'ended', until: expect.any(Date) }]);
});

test('purged', async () => {
  await add();
  await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
  expect(await explain()).toMatchObject([{ reason: 'purged', until: expect.any(Date) }]);
});

test('a generated name whose task has ended', async () => {
  const [task] = await rows<{ name: string }>(db.pool, 'select name from taskqueue.add($1)', [queue]);
  await db.pool.query('select taskqueue.delete_task($1, $2)', [queue, task?.name]);
  expect(await reasons(task?.name)).toEqual(['gone']);
});

test.each(['never', 'task-7', '', null])('unknown: %s', async (name) => {
  expect(await reasons(name as string)).toEqual(['unknown']);
});

test('an unknown queue is refused', async () => {
  expect(await refusalCode(db.pool.query(`select taskqueue.explain_task('none', 'it')`))).toBe('TQ001');
});
