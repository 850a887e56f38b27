// Connections opened from a connection string notice at every wait when the other side no longer responds.

import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EnqueueOutcomeUnknown, TaskQueues, TransientError } from '../../src/index.ts';
import { PullWorker } from '../../src/worker.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { rejection } from '../support/rejection.ts';
import { openRoute } from '../support/route.ts';

const database = useDatabase();
const closing: (() => unknown)[] = [];
beforeAll(() => database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function routed() {
  const route = await openRoute(database.url);
  const queues = new TaskQueues({ database: route.url });
  closing.push(route.close, () => queues.close());
  return { route, queues };
}

const since = (start: number) => performance.now() - start;

describe('an add', () => {
  test('to a host that accepts connections but never responds fails, and was not sent', async () => {
    const { route, queues } = await routed();
    route.freeze();
    const start = performance.now();
    const error = await rejection(queues.add({ name: 'nowhere' }));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ sent: false });
    expect(since(start)).toBeLessThan(60_000);
  });

  test('on a connection that the network has dropped has an unknown outcome', async () => {
    const { route, queues } = await routed();
    await queues.add({});
    route.freeze();
    const start = performance.now();
    const error = await rejection(queues.add({ name: 'swallowed' }));
    expect(error).toBeInstanceOf(EnqueueOutcomeUnknown);
    expect(error).toMatchObject({ names: ['swallowed'] });
    expect(since(start)).toBeLessThan(80_000);
    route.thaw();
    expect((await queues.add({ name: 'after' })).wasEnqueued).toBe(true);
  });
});

test('close does not wait for a connection that the network has dropped', async () => {
  const { route, queues } = await routed();
  await queues.add({});
  route.freeze();
  const start = performance.now();
  await queues.close();
  expect(since(start)).toBeLessThan(30_000);
});

describe('a waiting client on a silent connection reconnects', () => {
  /** A route that drops all traffic from now on, but lets new connections through. */
  async function forgotten(asleep: () => Promise<unknown>, route: { freeze(): void; thaw(): void }) {
    await eventually(asleep);
    route.freeze();
    route.thaw();
    await database.pool.query(`select taskqueue.add('pull', payload => 'x')`);
  }
  const sleeping = async () => {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'pgtaskqueue waiting' and query like '%next_due%'`,
    );
    expect(rows).toHaveLength(1);
  };

  test('a lease call', async () => {
    const { route, queues } = await routed();
    const start = performance.now();
    const leased = queues.queue('pull').leaseTasks({ leaseSeconds: 60, maxTasks: 1, waitSeconds: 90 });
    await forgotten(sleeping, route);
    expect(await leased).toHaveLength(1);
    expect(since(start)).toBeLessThan(80_000);
  });

  test('a worker', async () => {
    const route = await openRoute(database.url);
    const done = Promise.withResolvers<void>();
    const worker = new PullWorker({ database: route.url, queue: 'pull', handler: () => done.resolve() });
    closing.push(route.close, () => worker.stop({ deadlineSeconds: 1 }));
    await worker.start();
    const start = performance.now();
    await forgotten(sleeping, route);
    await done.promise;
    expect(since(start)).toBeLessThan(80_000);
  });
});
