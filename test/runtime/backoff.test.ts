import { expect, test } from 'vitest';
import { backoffMs } from '../../src/runtime/backoff.ts';

test('doubles from the shortest to the longest delay', () => {
  const whole = [1, 2, 3, 4, 5, 1000].map((failures) => backoffMs(failures, { minMs: 100, maxMs: 1000 }, () => 1));
  expect(whole).toEqual([100, 200, 400, 800, 1000, 1000]);
});

test('jitter removes up to half of it', () => {
  expect(backoffMs(1, { minMs: 100, maxMs: 1000 }, () => 0)).toBe(50);
});
