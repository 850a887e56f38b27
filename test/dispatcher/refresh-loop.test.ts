// How far apart a dispatcher checks who else is connected.

import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RefreshLoop } from '../../src/dispatcher/leadership/refresh-loop.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

/** The seconds between checks that take this many milliseconds each, over a minute. */
async function pauses(took: number, unsettled = false): Promise<number[]> {
  const clock = new ManualClock(0);
  const checks: number[] = [];
  const loop = new RefreshLoop({
    failed: () => {},
    checkMembership: async () => {
      checks.push(clock.now());
      return { due: false, took };
    },
    refresh: async () => unsettled,
    clock,
    logger: silentLogger,
  });
  await loop.start();
  for (let tenths = 0; tenths < 600; tenths++) {
    for (let turns = 0; turns < 4; turns++) await turn();
    clock.advance(0.1);
  }
  await loop.stop();
  return [...new Set(checks.slice(-5).map((at, n, all) => Math.round((at - (all[n - 1] ?? at)) / 100) / 10))].slice(1);
}

test('a check follows the last after two seconds, however long it takes: queues may have lost their leader', async () => {
  expect(await pauses(1)).toEqual([2]);
  expect(await pauses(400)).toEqual([2]);
});

test.each([
  [1, 0.5],
  [10, 1],
  [400, 2],
])('while queues are redistributed, a check that takes %d ms is repeated after %d s', async (took, seconds) => {
  expect(await pauses(took, true)).toEqual([seconds]);
});
