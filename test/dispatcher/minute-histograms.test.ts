import { expect, test, vi } from 'vitest';
import { MinuteHistograms } from '../../src/dispatcher/upkeep/minute-histograms.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import type { HistogramNote } from '../../src/store/activity.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { aDispatch } from './a-dispatch.ts';

function setup() {
  const clock = new ManualClock(0);
  const store = { recordHistograms: vi.fn(async (_notes: HistogramNote[]) => {}) };
  const options = { store, clock, logger: silentLogger, databaseNow: () => clock.now(), throttledTo: () => null };
  return { ...options, notes: () => store.recordHistograms.mock.calls.map(([notes]) => notes) };
}

test('the lags and durations of a minute are recorded at its end, all queues together', () => {
  const options = setup();
  const { clock, notes } = options;
  const histograms = new MinuteHistograms(options);
  clock.advance(90);
  histograms.claimed(aDispatch({ queue: 'mail', eta: 88_000_000n }));
  histograms.delivered(aDispatch({ queue: 'mail', claimedAt: 89_950 }), { kind: 'completed', status: 200 });
  histograms.claimed(aDispatch({ queue: 'other', eta: 0n }));
  clock.advance(29.999);
  expect(notes()).toEqual([]);
  clock.advance(0.001);
  expect(notes()).toEqual([
    [
      {
        queue: 'mail',
        minute: 1,
        enforced: null,
        lag: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        duration: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
      { queue: 'other', minute: 1, enforced: null, lag: [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0] },
    ],
  ]);
  clock.advance(600);
  expect(notes()).toHaveLength(1);
});

test('what was claimed and not sent took no time, and forced runs are not late', async () => {
  const options = setup();
  const histograms = new MinuteHistograms(options);
  histograms.claimed(aDispatch({ forced: true, eta: 0n }));
  histograms.delivered(aDispatch({}), { kind: 'unsent', delaySeconds: 1 });
  await histograms.flush();
  expect(options.notes()).toEqual([]);
});
