import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Failed } from '../../src/dispatcher/delivery/outcome.ts';
import { type Gauges, Statistics } from '../../src/dispatcher/upkeep/statistics.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import type { ActivityNote } from '../../src/store/activity.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup(gauges?: Gauges) {
  const clock = new ManualClock(0);
  const store = { recordActivity: vi.fn(async (_note: ActivityNote) => {}) };
  return {
    clock,
    /** What was recorded, without the samples that were asked for. */
    notes: () => store.recordActivity.mock.calls.map(([{ sample: _, ...note }]) => JSON.parse(JSON.stringify(note))),
    samples: () => store.recordActivity.mock.calls.filter(([{ sample }]) => sample).map(([{ queue }]) => queue),
    store,
    statistics: new Statistics({ store, clock, logger: silentLogger, gauges: () => gauges }),
  };
}

const settled = (queue: string, what: { completed?: number; failed?: number; dead?: number }) => ({
  ...{ queue, completed: 0, failed: 0, dead: 0, stale: 0 },
  ...what,
});
const failed = (status: number): Failed => ({ kind: 'failed', status, reason: 'App Error', responded: true });

test('one row per queue in which something happened since the last time', async () => {
  const { notes, statistics } = setup();
  statistics.settled(settled('mail', { completed: 2 }));
  statistics.settled(settled('mail', { completed: 2, dead: 1 }));
  statistics.settled(settled('other', {}));
  await statistics.flush();
  await statistics.flush();
  expect(notes()).toEqual([{ queue: 'mail', executed: 5, succeeded: 4, dead: 1, enforced: null }]);
});

test('failures are counted by class, and what was not sent as released', async () => {
  const { notes, statistics } = setup();
  for (const status of [500, 503, 404, 429]) statistics.delivered({ queue: 'mail' }, failed(status));
  statistics.delivered({ queue: 'mail' }, { kind: 'unsent', delaySeconds: 1 });
  statistics.delivered({ queue: 'mail' }, { kind: 'completed', status: 200 });
  await statistics.flush();
  expect(notes()).toEqual([
    { queue: 'mail', server_error: 2, client_error: 1, throttled: 1, released: 1, enforced: null },
  ]);
});

test('with the tokens, the requests in flight and the reduced rate', async () => {
  const { notes, statistics } = setup({ tokens: 3, inFlight: 2, throttledTo: 0.5 });
  statistics.rateChanged('mail');
  await turn();
  expect(notes()).toEqual([{ queue: 'mail', tokens: 3, inFlight: 2, enforced: 0.5 }]);
});

test('they are written within a second', async () => {
  const { clock, notes, statistics } = setup();
  statistics.settled(settled('mail', { completed: 2 }));
  clock.advance(0.999);
  expect(notes()).toEqual([]);
  clock.advance(0.001);
  await turn();
  statistics.settled(settled('mail', { completed: 1 }));
  clock.advance(1);
  await turn();
  expect(notes().map(({ executed }) => executed)).toEqual([2, 1]);
});

test('each queue has its own second', async () => {
  const { clock, notes, statistics } = setup();
  statistics.settled(settled('mail', { completed: 1 }));
  clock.advance(0.5);
  statistics.settled(settled('other', { completed: 1 }));
  clock.advance(0.5);
  expect(notes().map(({ queue }) => queue)).toEqual(['mail']);
  clock.advance(0.5);
  expect(notes().map(({ queue }) => queue)).toEqual(['mail', 'other']);
});

test('the first dispatch is recorded immediately, then one a second', async () => {
  const { clock, notes, statistics } = setup();
  for (let at = 0; at < 25; at++) {
    statistics.claimed({ queue: 'mail' });
    clock.advance(0.1);
  }
  expect(notes().map(({ started }) => started)).toEqual([1, 10, 10]);
});

test('a queue with a task a second has a row a second', async () => {
  const { clock, notes, statistics } = setup();
  for (let second = 0; second < 10; second++) {
    statistics.claimed({ queue: 'mail' });
    clock.advance(0.01);
    statistics.settled(settled('mail', { completed: 1 }));
    clock.advance(0.99);
  }
  expect(notes()).toHaveLength(11); // with the first
});

test('every ten seconds the database is asked for a sample, of a quiet queue not at all', async () => {
  const { clock, samples, statistics } = setup();
  for (let second = 0; second < 25; second++) {
    statistics.claimed({ queue: 'mail' });
    statistics.sample(['pull']);
    clock.advance(1);
  }
  expect(samples()).toEqual(['mail', 'pull', 'mail', 'pull', 'mail', 'pull']);
  clock.advance(60);
  expect(samples()).toHaveLength(6);
});

test('rows that could not be written are written the next time', async () => {
  const { store, notes, statistics } = setup();
  statistics.settled(settled('mail', { completed: 2 }));
  store.recordActivity.mockRejectedValueOnce(new Error('away'));
  await expect(statistics.flush()).rejects.toThrow('away');
  statistics.settled(settled('mail', { completed: 1 }));
  await statistics.flush();
  expect(notes().at(-1)).toMatchObject({ queue: 'mail', executed: 3 });
});
