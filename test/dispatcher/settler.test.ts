import { expect, test, vi } from 'vitest';
import type { ClaimedDispatch, OutcomeStore } from '../../src/dispatcher/database/ports.ts';
import type { Outcome } from '../../src/dispatcher/delivery/outcome.ts';
import { type Settled, Settler } from '../../src/dispatcher/settling/settler.ts';
import { DatastoreError, TransientError, UnknownQueueError } from '../../src/domain/errors.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { aDispatch } from './a-dispatch.ts';

const COMPLETED: Outcome = { kind: 'completed', status: 200 };
const FAILED: Outcome = { kind: 'failed', status: 503, reason: 'App Error', responded: true };

function setup(store: Partial<OutcomeStore>) {
  const clock = new ManualClock(0);
  const reports: Settled[] = [];
  const logger = { ...silentLogger, info: vi.fn(), warn: vi.fn() };
  const settler = new Settler({ store: store as OutcomeStore, clock, logger, settled: (what) => reports.push(what) });
  const total = () => {
    const sum = { completed: 0, failed: 0, dead: 0, stale: 0 };
    for (const report of reports) for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += report[key];
    return sum;
  };
  return { clock, settler, total, logger };
}

const many = (n: number, changes: Partial<ClaimedDispatch> = {}) =>
  Array.from({ length: n }, (_, i) => aDispatch({ id: String(i), name: `task-${i}`, ...changes }));

test('successes of a queue that end together are settled together, with their tokens', async () => {
  const complete = vi.fn(async (_queue: string, leases: { id: string }[]) => leases.map(({ id }) => id));
  const { settler, total } = setup({ complete });
  for (const dispatch of many(20)) settler.settle(dispatch, COMPLETED);
  settler.settle(aDispatch({ queue: 'other' }), COMPLETED);
  await settler.idle();
  expect(complete.mock.calls.map(([queue, leases]) => [queue, leases.length])).toEqual([
    ['mail', 20],
    ['other', 1],
  ]);
  expect(complete.mock.calls[0]?.[1][0]).toMatchObject({ leaseToken: aDispatch().leaseToken });
  expect(total()).toEqual({ completed: 21, failed: 0, dead: 0, stale: 0 });
});

test('a stale token is counted and logged once', async () => {
  const { settler, total, logger } = setup({ complete: async () => ['0'], fail: async () => 'stale' });
  for (const dispatch of many(3)) settler.settle(dispatch, COMPLETED);
  await settler.idle();
  expect(total()).toEqual({ completed: 1, failed: 0, dead: 0, stale: 2 });
  expect(logger.info.mock.calls).toEqual([[expect.any(String), { queue: 'mail', tasks: ['task-1', 'task-2'] }]]);
  settler.settle(aDispatch(), FAILED);
  await settler.idle();
  expect(total().stale).toBe(3);
  expect(logger.warn).not.toHaveBeenCalled();
});

test.each([
  ['as the driver says it', new Error('ECONNREFUSED')],
  ['as TransientError', new TransientError('the database could not be reached')],
  ['as DatastoreError', new DatastoreError('canceling statement', { sqlState: '57014' })],
])('while the database is unreachable (%s) it retries, and settles once it is back', async (_, error) => {
  let away = true;
  const complete = vi.fn(async () => {
    if (away) throw error;
    return ['0'];
  });
  const { settler, clock, total, logger } = setup({ complete });
  for (const dispatch of many(1)) settler.settle(dispatch, COMPLETED);
  for (let tries = 1; tries <= 5; tries++) {
    await eventually(() => clock.waiting === 1);
    expect(complete).toHaveBeenCalledTimes(tries);
    if (tries === 5) away = false;
    clock.advance(10);
  }
  await settler.idle();
  expect(total()).toMatchObject({ completed: 1 });
  expect(logger.warn).toHaveBeenCalledOnce();
});

test('it gives up when the lease expires: the task runs again anyway', async () => {
  const fail = vi.fn(() => Promise.reject(new Error('ECONNREFUSED')));
  const { settler, clock, total } = setup({ fail });
  settler.settle(aDispatch({ dispatchDeadline: 15, claimedAt: 0 }), FAILED);
  await eventually(() => clock.waiting === 1);
  clock.advance(46); // 15 s of the attempt and 30 s of grace
  await settler.idle();
  expect(fail).toHaveBeenCalledTimes(2);
  expect(total()).toMatchObject({ stale: 1 });
});

test('a refusal is not retried', async () => {
  const complete = vi.fn(() => Promise.reject(new UnknownQueueError('no such queue')));
  const { settler, total } = setup({ complete });
  settler.settle(aDispatch(), COMPLETED);
  await settler.idle();
  expect(complete).toHaveBeenCalledOnce();
  expect(total()).toMatchObject({ stale: 1 });
});

test('after giveUp it retries nothing', async () => {
  const { settler, clock } = setup({ complete: () => Promise.reject(new Error('ECONNREFUSED')) });
  settler.settle(aDispatch(), COMPLETED);
  await eventually(() => clock.waiting === 1);
  settler.giveUp();
  await settler.idle();
});
