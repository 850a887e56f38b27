import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Statistics } from '../../src/dispatcher/upkeep/statistics.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup() {
  const clock = new ManualClock(0);
  const store = {
    recordStatistics: vi.fn(async (_queue: string, _executed: number, _enforcedRate: number | null) => {}),
  };
  return {
    clock,
    calls: store.recordStatistics.mock.calls,
    store,
    statistics: new Statistics(store, clock, silentLogger),
  };
}

test('one row per queue in which attempts have ended since the last time', async () => {
  const { calls, statistics } = setup();
  statistics.ended('mail', 2);
  statistics.ended('mail', 3);
  statistics.ended('other', 0);
  await statistics.flush();
  await statistics.flush();
  expect(calls).toEqual([['mail', 5, null]]);
});

test('they are written within a second', async () => {
  const { clock, calls, statistics } = setup();
  statistics.ended('mail', 2);
  clock.advance(0.999);
  expect(calls).toEqual([]);
  clock.advance(0.001);
  await turn();
  statistics.ended('mail', 1);
  clock.advance(1);
  await turn();
  expect(calls).toEqual([
    ['mail', 2, null],
    ['mail', 1, null],
  ]);
});

test('the first dispatch is recorded immediately, then one a second', async () => {
  const { clock, calls, statistics } = setup();
  for (let at = 0; at < 25; at++) {
    statistics.dispatched('mail');
    clock.advance(0.1);
  }
  expect(calls).toEqual([
    ['mail', 0, null],
    ['mail', 0, null],
    ['mail', 0, null],
  ]);
});

test('rows that could not be written are written the next time', async () => {
  const { store, calls, statistics } = setup();
  statistics.ended('mail', 2);
  store.recordStatistics.mockRejectedValueOnce(new Error('away'));
  await expect(statistics.flush()).rejects.toThrow('away');
  statistics.ended('mail', 1);
  await statistics.flush();
  expect(calls.at(-1)).toEqual(['mail', 3, null]);
});
