// Listing tasks and the dispatcher's verbs: the conversion between rows and domain objects.

import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { UnknownQueueError, UnknownTaskError } from '../../src/domain/errors.ts';
import { recordActivity } from '../../src/store/activity.ts';
import { claimTasks, releaseTasks } from '../../src/store/claims.ts';
import { listDeadTasks } from '../../src/store/dead-tasks.ts';
import { dispatcherQueues } from '../../src/store/dispatcher-queues.ts';
import { msToDue } from '../../src/store/doorbells.ts';
import { completeTasks, failTasks } from '../../src/store/outcomes.ts';
import { createQueue, describeQueue, listQueues, pauseQueue } from '../../src/store/queues.ts';
import { addTask, describeTask, listTasks, requeueTask, runTask, taskPayload } from '../../src/store/tasks.ts';
import { sweepQueues } from '../../src/store/upkeep.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
const alone = { transactional: false };

beforeAll(async () => {
  for (const name of ['looked-at', 'settled', 'parsed'])
    await createQueue(database.pool, name, { rate: '100/s', retry: { taskRetryLimit: 0 } });
});

describe('listing', () => {
  test('tasks are listed by their ETA, and described', async () => {
    const add = (name: string, countdown: number) =>
      addTask(database.pool, 'looked-at', { name, url: '/x', payload: 'body', countdown, namespace: 'acme' }, alone);
    await add('later', 60);
    await add('now', 0);
    const listed = await listTasks(database.pool, 'looked-at');
    expect(listed.map(({ name, state }) => [name, state])).toEqual([
      ['now', 'due'],
      ['later', 'scheduled'],
    ]);
    expect(await listTasks(database.pool, 'looked-at', { limit: 1 })).toHaveLength(1);
    expect(await describeTask(database.pool, 'looked-at', 'later')).toMatchObject({
      queue: 'looked-at',
      method: 'POST',
      url: '/x',
      namespace: 'acme',
      retryCount: 0,
      leaseUntil: null,
      lastStatus: null,
      size: expect.any(Number),
      eta: expect.any(Date),
    });
    expect(Buffer.from((await taskPayload(database.pool, 'looked-at', 'now')) ?? []).toString()).toBe('body');
  });

  test('missing queues and tasks are reported', async () => {
    await expect(describeTask(database.pool, 'looked-at', 'never')).rejects.toBeInstanceOf(UnknownTaskError);
    await expect(describeQueue(database.pool, 'nowhere')).rejects.toBeInstanceOf(UnknownQueueError);
    await expect(listTasks(database.pool, 'nowhere')).rejects.toBeInstanceOf(UnknownQueueError);
  });
});

describe('dispatching', () => {
  const claimOne = async () => {
    const [[dispatch] = []] = (await claimTasks(database.pool, 'claim_tasks', [{ queue: 'settled', maxTasks: 1 }], 1))
      .dispatches;
    if (!dispatch) throw new Error('nothing was claimed');
    return dispatch;
  };

  test('a claimed task is completed once, by its token', async () => {
    const { eta } = await addTask(database.pool, 'settled', { name: 'done', url: '/x', payload: 'b' }, alone);
    expect((await msToDue(database.pool, ['settled'])).get('settled')).toBeLessThan(Infinity);
    const dispatch = await claimOne();
    expect(dispatch).toMatchObject({
      name: 'done',
      retryCount: 0,
      previousResponse: null,
      forced: false,
      dispatchDeadline: 600,
    });
    expect(typeof dispatch.id).toBe('string');
    expect(Math.floor(Number(dispatch.eta) / 1000)).toBe(eta.getTime());
    const stale = { id: dispatch.id, leaseToken: '00000000-0000-4000-8000-000000000000' };
    expect(await completeTasks(database.pool, [{ queue: 'settled', leases: [stale] }])).toEqual([[]]);
    expect(await completeTasks(database.pool, [{ queue: 'settled', leases: [dispatch] }])).toEqual([[dispatch.id]]);
    expect(await completeTasks(database.pool, [{ queue: 'settled', leases: [dispatch] }])).toEqual([[]]);
    expect((await msToDue(database.pool, ['settled'])).get('settled')).toBe(Infinity);
  });

  test('microseconds are exact', async () => {
    const { name } = await addTask(database.pool, 'settled', { name: 'exact' }, alone);
    const dispatch = await claimOne();
    const text = 'select (extract(epoch from created) * 1000000)::bigint::text from taskqueue.tasks where name = $1';
    expect(String(dispatch.created)).toBe(await value(database.pool, text, [name]));
    await completeTasks(database.pool, [{ queue: 'settled', leases: [dispatch] }]);
  });

  test('a failed task is dead when its retries are used up, and can be requeued', async () => {
    await addTask(database.pool, 'settled', { name: 'fails' }, alone);
    const failure = { ...(await claimOne()), queue: 'settled', status: 500, reason: 'App Error', responded: true };
    expect(await failTasks(database.pool, [failure], [])).toEqual(['dead']);
    expect(await failTasks(database.pool, [failure], [])).toEqual(['stale']);
    expect(await listDeadTasks(database.pool, 'settled')).toMatchObject([
      { name: 'fails', reason: 'App Error', lastStatus: 500, retryCount: 1, died: expect.any(Date) },
    ]);
    expect(await requeueTask(database.pool, 'settled', 'fails')).toMatchObject({ queue: 'settled', name: 'fails' });
    await completeTasks(database.pool, [{ queue: 'settled', leases: [await claimOne()] }]);
  });

  test('a claim is released, and forced tasks come first', async () => {
    await addTask(database.pool, 'settled', { name: 'forced', countdown: 60 }, alone);
    const batch = [{ queue: 'settled', maxTasks: 1 }];
    expect(await claimTasks(database.pool, 'claim_tasks', batch, 1)).toEqual({ dispatches: [[]], unread: [] });
    expect(await runTask(database.pool, 'settled', 'forced')).toBe(true);
    const [[dispatch] = []] = (await claimTasks(database.pool, 'claim_forced_tasks', batch, 1)).dispatches;
    expect(dispatch).toMatchObject({ name: 'forced', forced: true });
    expect(await releaseTasks(database.pool, 'settled', dispatch ? [dispatch] : [])).toBe(1);
  });

  test('the queues of a dispatcher, its statistics and its sweeping', async () => {
    await pauseQueue(database.pool, 'parsed');
    const all = await dispatcherQueues(database.pool, 1, []);
    const [source = { id: 0 }] = all.filter(({ name }) => name === 'parsed');
    expect(all.map(({ others }) => others)).toEqual(all.map(() => undefined));
    const queues = await dispatcherQueues(database.pool, 1, [source.id]);
    expect(queues.find(({ name }) => name === 'parsed')).toMatchObject({
      rate: 100,
      bucketSize: 5,
      running: false,
      others: [],
    });
    await recordActivity(database.pool, [{ queue: 'settled', enforced: null, executed: 3 }]);
    expect(await describeQueue(database.pool, 'settled')).toMatchObject({ executedLastMinute: 3 });
    expect(await sweepQueues(database.pool, ['settled'])).toEqual([]);
  });
});

test('an application’s own parsers of dates, counts and intervals change nothing', async () => {
  const types = { getTypeParser: () => (text: string) => text };
  const own = new pg.Client({ connectionString: database.url, types } as never);
  await own.connect();
  const [plain] = await listQueues(database.pool);
  const [parsed] = await listQueues(own);
  await own.end();
  const { name, created, tombstoneTtlSeconds, tasks } = plain ?? {};
  expect(parsed).toMatchObject({ name, created, tombstoneTtlSeconds, tasks });
});
