import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BucketLimits, TokenBucket } from '../../src/dispatcher/claiming/token-bucket.ts';

/**
 * When each of `tasks` instant tasks, all due at 0, is dispatched, in seconds. Steps from token to token as a runner
 * would.
 */
function dispatchTimes(limits: BucketLimits, tasks: number): number[] {
  const bucket = new TokenBucket(limits, 0);
  const times: number[] = [];
  for (let now = 0; times.length < tasks; now = bucket.nextTokenAt(now)) {
    const n = Math.min(bucket.takeable(now), tasks - times.length);
    bucket.take(n, now);
    for (let i = 0; i < n; i++) times.push(Math.round(now * 1000) / 1_000_000);
  }
  return times;
}

describe('the worked examples of the token bucket', () => {
  test('1/s, bucket 5, 8 tasks: five immediately, then one a second', () => {
    expect(dispatchTimes({ rate: 1, capacity: 5 }, 8)).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
  });
  test('10/m, bucket 1, 3 tasks: every 6 seconds', () => {
    expect(dispatchTimes({ rate: 10 / 60, capacity: 1 }, 3)).toEqual([0, 6, 12]);
  });
  test('0.2/h, bucket 1, 2 tasks: five hours apart', () => {
    expect(dispatchTimes({ rate: 0.2 / 3600, capacity: 1 }, 2)).toEqual([0, 18000]);
  });
  test('2000/d, bucket 1, 2 tasks: 43.2 seconds apart', () => {
    expect(dispatchTimes({ rate: 2000 / 86400, capacity: 1 }, 2)).toEqual([0, 43.2]);
  });
  test('500/s, bucket 5, 10 tasks: five immediately, then every 2 ms', () => {
    expect(dispatchTimes({ rate: 500, capacity: 5 }, 10)).toEqual([0, 0, 0, 0, 0, 0.002, 0.004, 0.006, 0.008, 0.01]);
  });
});

test('a rate above 500/s counts as 500/s', () => {
  const bucket = new TokenBucket({ rate: 10_000, capacity: 1000 }, 0);
  bucket.take(1000, 0);
  expect(bucket.takeable(1000)).toBe(500);
});

test('asking often gains no less than asking once', () => {
  const bucket = new TokenBucket({ rate: 0.2 / 3600, capacity: 1 }, 0);
  bucket.take(1, 0);
  for (let now = 0; now < 18_000_000; now += 7_919) bucket.takeable(now);
  expect(bucket.takeable(18_000_000 - 1000)).toBe(0);
  expect(bucket.takeable(18_000_000)).toBe(1);
});

test('a rate or a capacity of 0 never gives a token', () => {
  const still = new TokenBucket({ rate: 0, capacity: 1 }, 0);
  still.take(1, 0);
  expect(still.nextTokenAt(0)).toBe(Infinity);
  const empty = new TokenBucket({ rate: 5, capacity: 0 }, 0);
  expect(empty.takeable(1e9)).toBe(0);
  expect(empty.nextTokenAt(1e9)).toBe(Infinity);
});

test('new limits apply from now on: gained tokens stay as far as they fit', () => {
  const bucket = new TokenBucket({ rate: 1, capacity: 10 }, 0);
  bucket.take(10, 0);
  bucket.setLimits({ rate: 100, capacity: 10 }, 3000);
  expect(bucket.takeable(3000)).toBe(3);
  bucket.setLimits({ rate: 100, capacity: 2 }, 3000);
  expect(bucket.takeable(60_000)).toBe(2);
  bucket.setLimits({ rate: 1, capacity: 5 }, 60_000);
  expect(bucket.takeable(61_000)).toBe(3);
});

test('fill: as for a resumed queue', () => {
  const bucket = new TokenBucket({ rate: 0.001, capacity: 5 }, 0);
  bucket.take(5, 0);
  bucket.fill(1);
  expect(bucket.takeable(1)).toBe(5);
});

const limits = fc.record({
  rate: fc.oneof(fc.double({ min: 0.0001, max: 500, noNaN: true }), fc.constantFrom(0, 1, 5, 500)),
  capacity: fc.integer({ min: 0, max: 500 }),
});
/** Steps of the clock in milliseconds, sometimes backwards, and how many tasks are due then. */
const moves = fc.array(
  fc.record({
    ms: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -20_000, max: 0 })),
    due: fc.nat(600),
  }),
  { minLength: 1, maxLength: 60 },
);

test('window law: in any window of w seconds, at most burst + rate × w + 1, even when the clock runs backwards', () => {
  fc.assert(
    fc.property(limits, moves, ({ rate, capacity }, steps) => {
      const bucket = new TokenBucket({ rate, capacity }, 0);
      const grants: { at: number; n: number }[] = [];
      let now = 0;
      let passed = 0;
      for (const { ms, due } of steps) {
        now += ms;
        passed += Math.max(0, ms);
        const n = Math.min(due, bucket.takeable(now));
        bucket.take(n, now);
        grants.push({ at: passed, n });
      }
      grants.forEach((from, i) => {
        let granted = 0;
        for (const to of grants.slice(i)) {
          granted += to.n;
          expect(granted).toBeLessThanOrEqual(capacity + (rate * (to.at - from.at)) / 1000 + 1);
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('liveness: at nextTokenAt there is a token', () => {
  fc.assert(
    fc.property(limits, fc.nat(1_000_000), ({ rate, capacity }, start) => {
      const bucket = new TokenBucket({ rate, capacity }, start);
      bucket.take(bucket.takeable(start), start);
      const at = bucket.nextTokenAt(start);
      if (rate === 0 || capacity < 1) expect(at).toBe(Infinity);
      else expect(bucket.takeable(at)).toBeGreaterThanOrEqual(1);
    }),
  );
});
