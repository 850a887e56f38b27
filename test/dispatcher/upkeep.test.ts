import { expect, test, vi } from 'vitest';
import type { SettleStore } from '../../src/dispatcher/effects.ts';
import { Upkeep } from '../../src/dispatcher/upkeep.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup() {
  const clock = new ManualClock(0);
  const store = { recordStatistics: vi.fn(async () => {}), sweep: vi.fn(async () => {}) };
  return { clock, store, upkeep: new Upkeep(store as unknown as SettleStore, clock) };
}

test('one row a queue in which attempts have ended since the last time', async () => {
  const { store, upkeep } = setup();
  upkeep.count('mail', 2);
  upkeep.count('mail', 3);
  upkeep.count('other', 0);
  await upkeep.recordStatistics();
  await upkeep.recordStatistics();
  expect(store.recordStatistics.mock.calls).toEqual([['mail', 5]]);
});

test('what could not be written is written the next time', async () => {
  const { store, upkeep } = setup();
  upkeep.count('mail', 2);
  store.recordStatistics.mockRejectedValueOnce(new Error('away'));
  await expect(upkeep.recordStatistics()).rejects.toThrow('away');
  upkeep.count('mail', 1);
  await upkeep.recordStatistics();
  expect(store.recordStatistics.mock.lastCall).toEqual(['mail', 3]);
});

test('each queue is swept once a minute, the first time a minute after it is first seen', async () => {
  const { clock, store, upkeep } = setup();
  await upkeep.sweep(['mail']);
  clock.advance(59);
  await upkeep.sweep(['mail', 'other']);
  expect(store.sweep).not.toHaveBeenCalled();
  clock.advance(1);
  await upkeep.sweep(['mail', 'other']);
  clock.advance(59);
  await upkeep.sweep(['mail', 'other']);
  expect(store.sweep.mock.calls).toEqual([['mail'], ['other']]);
});
