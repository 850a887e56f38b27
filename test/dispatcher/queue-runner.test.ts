import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Doorbells } from '../../src/dispatcher/claiming/doorbells.ts';
import { QueueRunner } from '../../src/dispatcher/claiming/queue-runner.ts';
import { Slots } from '../../src/dispatcher/claiming/slots.ts';
import type { ClaimSession } from '../../src/dispatcher/database/ports.ts';
import type { DispatcherQueue } from '../../src/domain/queue.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { aDispatch } from './a-dispatch.ts';
import { aDispatcherQueue } from './a-dispatcher-queue.ts';

/** A runner over a queue in memory. Handlers take `handlerSeconds`; `seconds` are the times of the dispatches. */
function setup(given: Partial<DispatcherQueue>, { handlerSeconds = 0, slots = 1000 } = {}) {
  const clock = new ManualClock(0);
  const tasks = { due: 0, forced: 0 };
  const seconds: number[] = [];
  const take = (kind: 'due' | 'forced') => async (_queue: string, most: number) => {
    const n = Math.min(most, tasks[kind]);
    tasks[kind] -= n;
    return Array.from({ length: n }, () => aDispatch({ forced: kind === 'forced' }));
  };
  const bell = { held: false, free: true };
  const session = {
    claim: take('due'),
    forced: async () => tasks.forced,
    claimForced: take('forced'),
    msToDue: async ([queue = '']: string[]) => new Map([[queue, tasks.due > 0 ? 0 : Infinity]]),
    takeDoorbells: async (ids: number[]) => {
      bell.held = bell.free;
      return bell.free ? ids : [];
    },
    releaseDoorbells: async () => {
      bell.held = false;
    },
  };
  const queue = aDispatcherQueue(given);
  const runner = new QueueRunner(queue, new Doorbells(session as unknown as ClaimSession), {
    slots: new Slots(clock, slots),
    clock,
    logger: silentLogger,
    development: {},
    invalidate: () => {},
    rateChanged: () => {},
    setBlocker: () => {},
    deliver: (_dispatch, ended) => {
      seconds.push(Math.round(clock.now() * 1000) / 1_000_000);
      if (handlerSeconds === 0) setImmediate(ended);
      else clock.alarm(handlerSeconds * 1000, ended);
    },
  });
  return { runner, queue, clock, tasks, seconds, bell };
}

/** Runs everything that is ready, then moves the clock to the next timer. */
async function runUntil(clock: ManualClock, seconds: number): Promise<void> {
  for (;;) {
    for (let turns = 0; turns < 20; turns++) await turn();
    const next = clock.secondsToNext;
    if (next === undefined || clock.now() / 1000 + next > seconds) return;
    clock.advance(next);
  }
}

async function dispatchTimes(given: Partial<DispatcherQueue>, tasks: number, handlerSeconds = 0): Promise<number[]> {
  const all = setup(given, { handlerSeconds });
  all.tasks.due = tasks;
  await all.runner.start();
  await runUntil(all.clock, 86_400);
  await all.runner.stop();
  return all.seconds;
}

test('5/s, bucket 5, two at a time, handlers of one second, 6 tasks: two a second', async () => {
  expect(await dispatchTimes({ rate: 5, maxConcurrentRequests: 2 }, 6, 1)).toEqual([0, 0, 1, 1, 2, 2]);
});

test('1/s, bucket 5, 8 tasks: five immediately, then one a second', async () => {
  expect(await dispatchTimes({ rate: 1 }, 8)).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
});

test('0.2/h, bucket 1, 2 tasks: five hours apart', async () => {
  expect(await dispatchTimes({ rate: 0.2 / 3600, bucketSize: 1 }, 2)).toEqual([0, 18_000]);
});

test('2000/d, bucket 1, 2 tasks: 43.2 seconds apart', async () => {
  expect(await dispatchTimes({ rate: 2000 / 86400, bucketSize: 1 }, 2)).toEqual([0, 43.2]);
});

test('forced tasks need no token, no slot among the concurrent requests and no running queue', async () => {
  const { runner, tasks, seconds, clock } = setup({
    rate: 0.001,
    bucketSize: 1,
    maxConcurrentRequests: 1,
    running: false,
  });
  tasks.forced = 5;
  tasks.due = 5;
  await runner.start();
  await runUntil(clock, 10);
  expect(seconds).toEqual([0, 0, 0, 0, 0]);
  await runner.stop();
});

test('a forced task that is announced runs immediately', async () => {
  const { runner, tasks, seconds, clock } = setup({ running: false });
  await runner.start();
  await runUntil(clock, 0.01);
  tasks.forced = 1;
  runner.notifyForced();
  await runUntil(clock, 1);
  expect(seconds).toEqual([0]);
  await runner.stop();
});

test('pausing stops the queue, and resuming starts it with a full bucket', async () => {
  const { runner, queue, tasks, seconds, clock } = setup({ rate: 0.001, bucketSize: 2 });
  tasks.due = 10;
  await runner.start();
  await runUntil(clock, 1);
  runner.update({ ...queue, running: false });
  await runUntil(clock, 2);
  runner.update({ ...queue, running: true });
  await runUntil(clock, 3);
  expect(seconds).toHaveLength(4);
  await runner.stop();
});

test('a higher rate applies immediately', async () => {
  const { runner, queue, tasks, seconds, clock } = setup({ rate: 0.0001, bucketSize: 1 });
  tasks.due = 3;
  await runner.start();
  await runUntil(clock, 1);
  runner.update({ ...queue, rate: 10 });
  await runUntil(clock, 2);
  expect(seconds).toHaveLength(3);
  await runner.stop();
});

test("a former leader's requests in flight take up the limit until their leases expire", async () => {
  const { runner, queue, tasks, seconds, clock } = setup({
    maxConcurrentRequests: 2,
    others: [{ claimer: 7, held: 2, connected: true }],
  });
  tasks.due = 2;
  await runner.start();
  await runUntil(clock, 1);
  expect(seconds).toHaveLength(0);
  runner.update({ ...queue, others: [] });
  await runUntil(clock, 2);
  expect(seconds).toHaveLength(2);
  await runner.stop();
});

test("the process's slots limit the queue, and a freed slot wakes it", async () => {
  const { runner, tasks, seconds, clock } = setup({ rate: 500, bucketSize: 100 }, { slots: 4, handlerSeconds: 1 });
  tasks.due = 7;
  await runner.start();
  await runUntil(clock, 10);
  expect(seconds.map(Math.floor)).toEqual([0, 0, 0, 1, 1, 1, 2]);
  await runner.stop();
});

test('with nothing to claim it sleeps at its doorbell, and releases it to claim and to stop', async () => {
  const { runner, tasks, seconds, clock, bell } = setup({});
  await runner.start();
  await runUntil(clock, 1);
  expect(bell.held).toBe(true);
  tasks.due = 6;
  runner.wake();
  await runUntil(clock, 0.1);
  expect(bell.held).toBe(false); // it waits for a token
  await runUntil(clock, 3);
  expect(seconds).toHaveLength(6);
  expect(bell.held).toBe(true);
  await runner.stop();
  expect(bell.held).toBe(false);
});

test('while the doorbell cannot be taken it checks repeatedly, at most 16 ms apart', async () => {
  const { runner, tasks, seconds, clock, bell } = setup({});
  bell.free = false;
  await runner.start();
  await runUntil(clock, 0.5);
  tasks.due = 1;
  await runUntil(clock, 0.6);
  expect(seconds).toHaveLength(1);
  expect(seconds[0]).toBeLessThanOrEqual(0.52);
  bell.free = true;
  await runUntil(clock, 1);
  expect(bell.held).toBe(true);
  await runner.stop();
});

test('unannounced tasks are found by the poll', async () => {
  const { runner, tasks, seconds, clock } = setup({});
  await runner.start();
  await runUntil(clock, 0.5);
  runner.polled(Infinity);
  tasks.due = 1;
  runner.polled(0);
  await runUntil(clock, 3);
  expect(seconds).toHaveLength(1);
  await runner.stop();
});
