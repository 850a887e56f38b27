import { expect, test } from 'vitest';
import { RecentDurations } from '../../src/runtime/recent-durations.ts';

const START = Date.UTC(2026, 0, 1);

function recorder() {
  const clock = { time: START, now: () => clock.time };
  return { clock, durations: new RecentDurations(clock) };
}

test('quantiles are within five per cent', () => {
  const { durations } = recorder();
  for (let ms = 1; ms <= 100; ms += 1) durations.record(ms);
  const [span] = durations.spans();
  expect(span).toMatchObject({ at: START, count: 100 });
  expect(span?.p50).toBeGreaterThanOrEqual(50);
  expect(span?.p50).toBeLessThanOrEqual(50 * 1.05);
  expect(span?.p95).toBeGreaterThanOrEqual(95);
  expect(span?.p95).toBeLessThanOrEqual(95 * 1.05);
});

test('spans are ten seconds long, and only those with durations are shown', () => {
  const { clock, durations } = recorder();
  durations.record(1);
  clock.time += 9_999;
  durations.record(1);
  clock.time += 20_001;
  durations.record(5);
  expect(durations.spans().map(({ at, count }) => [at - START, count])).toEqual([
    [0, 2],
    [30_000, 1],
  ]);
});

test('what is more than an hour old is forgotten', () => {
  const { clock, durations } = recorder();
  durations.record(1);
  clock.time += 3_600_000;
  expect(durations.spans()).toEqual([]);
  for (let i = 0; i < 1_000; i += 1) {
    durations.record(2);
    clock.time += 10_000;
  }
  expect(durations.spans().length).toBeLessThanOrEqual(360);
});

test('a stretch of time is summed up', () => {
  const { clock, durations } = recorder();
  durations.record(1);
  clock.time += 60_000;
  durations.record(100);
  expect(durations.between(START, START + 30_000)).toMatchObject({ count: 1 });
  expect(durations.between(START, clock.time + 1)?.count).toBe(2);
  expect(durations.between(START + 10_000, START + 50_000)).toBeUndefined();
});

test('zero and less count as the least', () => {
  const { durations } = recorder();
  durations.record(0);
  durations.record(-1);
  expect(durations.spans()[0]).toMatchObject({ count: 2, p50: 0.01 });
});
