// Attempts of tasks, as the Cloud Tasks API shows them.
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CloudTask } from '../../../../src/domain/cloud-task.ts';
import { TombstonedTaskError, UnknownTaskError } from '../../../../src/domain/errors.ts';
import { createCloudTask, getCloudTask, runCloudTask } from '../../../../src/store/cloud-tasks.ts';
import { useDatabase } from '../../../support/db.ts';
import { row, value } from '../../../support/sql.ts';

const db = useDatabase();
const parent = { project: 'p', location: 'l' };
let server: pg.Client;

beforeAll(async () => {
  server = await db.asRole('taskqueue_server');
  await db.pool.query(
    `select taskqueue.create_cloud_queue('q', 'p', 'l', '{"min_backoff_seconds": 100}'), taskqueue.create_cloud_queue('idle', 'p', 'l')`,
  );
});

const create = (name: string, queue = 'q', scheduleTime?: bigint) =>
  createCloudTask(
    server,
    parent,
    queue,
    {
      name,
      http: { url: 'http://x/' },
      target: 'http://x',
      url: '/',
      method: 'POST',
      headers: {},
      body: null,
      scheduleTime,
    },
    false,
  );
const get = (name: string, queue = 'q') => getCloudTask(server, parent, queue, name, false);

const claim = (forced = false) =>
  row<{ id: string; lease_token: string }>(
    db.pool,
    `select id, lease_token from taskqueue.claim_${forced ? 'forced_' : ''}tasks('q', 1)`,
  );
const fail = ({ id, lease_token }: { id: string; lease_token: string }, status: number, forced = false) =>
  db.pool.query(
    `select taskqueue.fail_task('q', $1, $2, status => $3::integer, reason => 'App Error', responded => $3::integer > 0, forced => $4)`,
    [id, lease_token, status, forced],
  );
const end = () => db.pool.query(`delete from taskqueue._tasks`);

describe('the last attempt', () => {
  test('is the one under way, then the one that ended', async () => {
    const made = await create('watched');
    const claimed = await claim();
    const running = await get('watched');
    expect(running).toMatchObject({
      dispatchCount: 1,
      responseCount: 0,
      firstAttempt: expect.any(BigInt),
      lastAttempt: { scheduleTime: made.scheduleTime, responseTime: null, status: null },
    });
    const dispatched = Number(running.lastAttempt?.dispatchTime);
    expect(Math.abs(dispatched - Number(running.firstAttempt))).toBeLessThan(1000); // the token has milliseconds
    await fail(claimed, 503);
    const failed = await get('watched');
    expect(failed).toMatchObject({
      dispatchCount: 1,
      responseCount: 1,
      lastAttempt: { ...running.lastAttempt, responseTime: expect.any(BigInt), status: 503 },
    });
    expect(failed.scheduleTime - (failed.lastAttempt?.responseTime ?? 0n)).toBeGreaterThan(99_000_000n);
    await end();
  });

  test('has no response when the time for it ran out', async () => {
    await create('late');
    await fail(await claim(), 0);
    expect(await get('late')).toMatchObject({
      dispatchCount: 1,
      responseCount: 0,
      lastAttempt: { responseTime: null, status: 0 },
    });
    await end();
  });

  test('has none either when its dispatcher was lost', async () => {
    await create('lost');
    await claim();
    await db.pool.query(`update taskqueue._tasks set leased_until = now() - interval '1 second'`);
    expect((await get('lost')).lastAttempt).toMatchObject({ responseTime: null, status: 0 });
    await end();
  });

  test('was scheduled for when it was sent, if the task was moved behind its lease', async () => {
    await create('moved');
    await claim();
    await db.pool.query(`update taskqueue._tasks set due = leased_until`);
    const { lastAttempt, scheduleTime } = await get('moved');
    expect(lastAttempt?.scheduleTime).toBe(lastAttempt?.dispatchTime);
    expect(scheduleTime).toBeGreaterThan(lastAttempt?.scheduleTime ?? 0n);
    await end();
  });

  test('counts when it was requested, and the first attempt is that of all', async () => {
    await create('forced', 'q', BigInt(Date.now() + 3_600_000) * 1000n);
    await db.pool.query(`select taskqueue.run_task('q', 'forced')`);
    await fail(await claim(true), 500, true);
    await db.pool.query(`select taskqueue.run_task('q', 'forced')`);
    await claim(true);
    expect(await get('forced')).toMatchObject({ dispatchCount: 2, responseCount: 1 });
    expect(await value(db.pool, 'select attempts from taskqueue._tasks')).toBe(0);
    await end();
  });
});

describe('running a task', () => {
  const run = (name: string, signal = new AbortController().signal, queue = 'q') =>
    runCloudTask(server, parent, queue, name, false, signal);
  /** Waits until the run has been requested. */
  const requested = async () => {
    while ((await value(db.pool, 'select count(*)::integer from taskqueue._forced_runs')) === 0);
  };

  test('answers with the attempt', async () => {
    const { scheduleTime } = await create('run', 'q', BigInt(Date.now() + 3_600_000) * 1000n);
    const answer = run('run');
    await requested();
    await claim(true);
    const task = await answer;
    expect(task).toMatchObject({ dispatchCount: 1, scheduleTime, lastAttempt: { status: null } });
    expect(task.lastAttempt?.dispatchTime).toBe(task.lastAttempt?.scheduleTime);
    expect(await run('run')).toEqual(task); // it is running
    await end();
  });

  test('answers with the attempt of a task that is gone by then', async () => {
    const made = await create('quick', 'q', BigInt(Date.now() + 3_600_000) * 1000n);
    const answer = run('quick');
    await requested();
    const { id, lease_token } = await claim(true);
    await db.pool.query(`select taskqueue.complete_tasks('q', array[$1::bigint], array[$2::uuid])`, [id, lease_token]);
    const task: CloudTask = await answer;
    expect(task).toMatchObject({ name: 'quick', dispatchCount: 1 });
    expect(task.lastAttempt?.dispatchTime).toBeGreaterThanOrEqual(made.created);
  });

  test('answers when nobody dispatches it, and when the caller has gone', async () => {
    const made = await create('waiting', 'idle');
    expect(await run('waiting', undefined, 'idle')).toEqual(made);
    const caller = new AbortController();
    const answer = run('waiting', caller.signal, 'idle');
    caller.abort();
    expect(await answer).toEqual(made);
  });

  test('there must be such a task', async () => {
    await expect(run('never')).rejects.toBeInstanceOf(UnknownTaskError);
    await expect(run('quick')).rejects.toBeInstanceOf(TombstonedTaskError);
  });
});
