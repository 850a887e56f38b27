// Calls of applications, runs of dispatchers and of workers: their results are compared between environments that could
// change them.

import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { expect } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import type { DueCron } from '../../src/domain/cron/cron.ts';
import { type LeasedTask, TaskQueues } from '../../src/index.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { listAttempts } from '../../src/store/attempts.ts';
import { listAudit } from '../../src/store/audit.ts';
import { applyCronConfig, dueCrons, fireCron, listCrons, planCron } from '../../src/store/crons.ts';
import { listDeadTasks } from '../../src/store/dead-tasks.ts';
import { explainTask } from '../../src/store/explanations.ts';
import { listKeys, rotateKey } from '../../src/store/keys.ts';
import { modifyTaskLeases } from '../../src/store/leases.ts';
import {
  getRestTask,
  insertRestTask,
  leaseRestTasks,
  listRestTasks,
  modifyRestTask,
} from '../../src/store/pull-rest.ts';
import { readStorage } from '../../src/store/queue-configs.ts';
import { deleteTasks, describeTask, listTasks } from '../../src/store/tasks.ts';
import { createToken, listTokens } from '../../src/store/tokens.ts';
import { fakeTarget } from '../../src/testing/fake-target.ts';
import { movableClock } from '../../src/testing/movable-clock.ts';
import { PullWorker } from '../../src/worker.ts';
import { eventually } from '../support/eventually.ts';

const NOW = '2026-11-28T10:00:00.123456Z';

/** Everything an application can call, with a clock that stands still: half of it through pg, half through Kysely. */
export async function resultsOfCalls(pool: pg.Pool) {
  await (await movableClock(pool)).set(NOW);
  const byPg = new TaskQueues({ database: pool });
  const byKysely = new TaskQueues({ database: new Kysely({ dialect: new PostgresDialect({ pool }) }) });
  return {
    queues: await queueCalls(byPg, pool),
    leases: [await leaseCalls(byPg, pool, 'one'), await leaseCalls(byKysely, pool, 'two')],
    listed: [await byPg.listQueues(), await byKysely.listQueues()],
    rest: await restCalls(pool),
    crons: await cronCalls(pool),
    keys: await keyCalls(pool),
    audit: (await listAudit(pool, { limit: 100 })).map(({ actor: _, before, after, object, ...entry }) => ({
      ...entry,
      object: object.replace(/^token .*/, 'a token'), // its id is random
      before: withoutTimes(before),
      after: withoutTimes(after),
    })),
  };
}

/**
 * Normalises moments and intervals in records that the database writes itself: their spelling may differ, but not their
 * meaning.
 */
function withoutTimes(record: unknown): unknown {
  const { created, paused_until, tombstone_ttl, keep_old, ...rest } = (record ?? {}) as Record<string, unknown>;
  return {
    ...rest,
    times: [created, paused_until, tombstone_ttl, keep_old].map((each) => each === undefined || each === null),
  };
}

async function queueCalls(queues: TaskQueues, pool: pg.Pool) {
  const retry = {
    minBackoffSeconds: 0.123456789,
    maxBackoffSeconds: 12345.678901,
    taskAgeLimit: 86400.5,
    maxDoublings: 3,
  };
  return {
    made: await queues.createQueue('push', { rate: '7/m', bucketSize: 3, retry, tombstoneTtlSeconds: 90_061.5 }),
    changed: await queues.updateQueue('push', { rate: '3.3/m', retry: { ...retry, taskRetryLimit: 4 } }),
    paused: await queues.queue('push').pause({ reason: 'lunch', until: new Date('2026-12-01T11:12:13.456Z') }),
    file: await queues.applyConfig({ total_storage_limit: '1G', queue: [{ name: 'filed', rate: '0.7/s' }] }),
    task: await queues.queue('push').add({ name: 'planned', url: '/', eta: '2026-12-03T04:05:06.789012Z' }),
    batch: await queues.queue('push').add([
      { name: 'soon', url: '/', countdown: 61.5 },
      { name: 'far', url: '/', json: { a: 0.1 } },
    ]),
    status: await describeTask(pool, 'push', 'planned'),
    list: await listTasks(pool, 'push'),
    why: (await explainTask(pool, 'push', 'planned')).map(({ reason, until }) => ({ reason, until })),
    statistics: await queues.queue('push').fetchStatistics(),
    storage: (await readStorage(pool))?.limitBytes,
    deaths: await listDeadTasks(pool, 'push'),
    resumed: await queues.queue('push').resume(),
  };
}

async function leaseCalls(queues: TaskQueues, pool: pg.Pool, name: string) {
  await queues.createQueue(name, { mode: 'pull' });
  const queue = queues.queue(name);
  await queue.add(
    ['a', 'b', 'c', 'd', 'e'].map((each) => ({ name: each, payload: Buffer.from([0, 92, 39, 255]), tag: 't' })),
  );
  const bare = ({ leaseToken: _, ...task }: LeasedTask) => task;
  const leased = await queue.leaseTasks({ leaseSeconds: 3600.25, maxTasks: 3 });
  const [first, second] = leased as [LeasedTask, LeasedTask];
  const renewed = await queue.modifyTaskLease(first, 7200.5);
  return {
    leased: leased.map(bare),
    renewed: bare(renewed),
    renewedTogether: await modifyTaskLeases(pool, name, [
      { name: second.name, leaseToken: second.leaseToken, leaseSeconds: 0.75 },
    ]),
    byTag: (await queue.leaseTasksByTag({ leaseSeconds: 60, maxTasks: 1, tag: 't' })).map(bare),
    list: await listTasks(pool, name),
    deleted: [
      await deleteTasks(pool, name, [first.name, 'e'], [first.leaseToken, null]),
      await queue.deleteTask(second),
      await queue.deleteTasks(['d', 'NULL']),
    ],
    statistics: await queue.fetchStatistics(),
  };
}

async function restCalls(pool: pg.Pool) {
  await new TaskQueues({ database: pool }).createQueue('rest', { mode: 'pull' });
  const eta = BigInt(Date.parse('2026-11-28T09:00:00Z')) * 1000n + 123_456n;
  const task = { name: 'r', payload: Buffer.from('pay'), tag: 'red', eta };
  const inserted = await insertRestTask(pool, 'rest', task);
  const [leased] = await leaseRestTasks(pool, 'rest', { seconds: 90, tasks: 1, byTag: false, tag: undefined });
  return {
    inserted,
    leased,
    modified: await modifyRestTask(pool, 'rest', 'r', 91, leased?.eta),
    got: await getRestTask(pool, 'rest', 'r'),
    listed: await listRestTasks(pool, 'rest'),
  };
}

async function cronCalls(pool: pg.Pool) {
  const config = { cron: [{ url: '/hourly', schedule: 'every 1 hours', description: 'hourly' }] };
  const applied = await applyCronConfig(pool, config as Parameters<typeof applyCronConfig>[1]);
  const [due] = (await dueCrons(pool)) as [DueCron];
  await planCron(pool, due.id, new Date(NOW));
  const following = new Date('2026-11-28T11:00:00.5Z');
  const fired = await fireCron(pool, due.id, { moment: new Date(NOW), following, overlap: true });
  return { applied, due, fired, listed: (await listCrons(pool)).map(({ lastTask: _, ...cron }) => cron) };
}

async function keyCalls(pool: pg.Pool) {
  await rotateKey(pool, 'default', 'env:ONE');
  await rotateKey(pool, 'default', 'env:TWO', 90_061.5);
  await createToken(pool, 'ada@example.com', { scopes: ['taskqueue'], expires: new Date('2027-01-02T03:04:05.678Z') });
  const tokens = (await listTokens(pool)).map(({ id: _, ...token }) => token);
  return { keys: await listKeys(pool), tokens };
}

/** Some tasks fail at first, some for good: attempts and deaths are recorded, and no finished task is sent again. */
export async function runDispatcher(url: string, pool: pg.Pool, queue = 'acts'): Promise<void> {
  const queues = new TaskQueues({ database: pool });
  const retry = { taskRetryLimit: 1, minBackoffSeconds: 0.05, maxBackoffSeconds: 0.05 };
  await queues.createQueue(queue, { rate: '500/s', bucketSize: 100, retry });
  const target = await fakeTarget(({ url: path, headers }) =>
    path === '/never' || (path.startsWith('/later') && headers['x-appengine-taskretrycount'] === '0') ? 503 : 200,
  );
  const targets = { default: target.url };
  const dispatcher = new Dispatcher({ database: url, targets, pollSeconds: 0.05, logger: silentLogger });
  await dispatcher.start();
  try {
    const paths = ['/one', '/two', '/three', '/later', '/later-too', '/never'];
    await queues.queue(queue).add(paths.map((path) => ({ name: path.slice(1), url: path })));
    await eventually(async () => expect(await listTasks(pool, queue)).toEqual([]));
    const sent = target.requests.map((request) => request.url).sort();
    expect(sent).toEqual([
      '/later',
      '/later',
      '/later-too',
      '/later-too',
      '/never',
      '/never',
      '/one',
      '/three',
      '/two',
    ]);
    expect(await listDeadTasks(pool, queue)).toMatchObject([{ name: 'never', retryCount: 2, lastStatus: 503 }]);
    const attempts = await listAttempts(pool, queue, { name: 'later' });
    expect(attempts.map(({ attempt, status }) => [attempt, status])).toEqual([
      [2, 200],
      [1, 503],
    ]);
    for (const { seconds, started, ended } of attempts) {
      expect(Math.abs(Date.now() - ended.getTime())).toBeLessThan(30_000);
      expect(Math.abs(ended.getTime() - started.getTime() - seconds * 1000)).toBeLessThan(3);
    }
    await eventually(async () => expect((await queues.queue(queue).fetchStatistics()).executedLastMinute).toBe(9));
  } finally {
    await dispatcher.stop({ deadlineSeconds: 1 });
    await target.close();
  }
}

/** A worker does all of a queue's tasks, each once. */
export async function runWorker(pool: pg.Pool): Promise<void> {
  const queues = new TaskQueues({ database: pool });
  await queues.createQueue('works', { mode: 'pull' });
  await queues.queue('works').add(Array.from({ length: 20 }, (_, i) => ({ payload: String(i) })));
  const handled: string[] = [];
  const handler = async (task: LeasedTask) => void handled.push(Buffer.from(task.payload).toString());
  const worker = new PullWorker({ database: pool, queue: 'works', handler, logger: silentLogger });
  await worker.start();
  await eventually(async () => expect(await listTasks(pool, 'works')).toEqual([]));
  await worker.stop();
  expect(handled.sort()).toEqual(Array.from({ length: 20 }, (_, i) => String(i)).sort());
}
