// When a queue will be empty.

import { expect, test } from 'vitest';
import { allowedRate, drainSeconds, slotRate } from '../../src/domain/drain-time.ts';

test.each([
  ['nothing is due', { due: 0, leaving: 0, growth: 0 }, 0],
  ['nothing ends', { due: 5, leaving: 0, growth: 0 }, Infinity],
  ['how the number of tasks changes is unknown', { due: 600, leaving: 5, growth: undefined }, 120],
  ['nothing arrives', { due: 600, leaving: 5, growth: -5 }, 120],
  ['three of five arrive', { due: 600, leaving: 5, growth: -2 }, 300],
  ['as many arrive as end', { due: 600, leaving: 5, growth: 0 }, Infinity],
  ['more arrive than end', { due: 600, leaving: 5, growth: 2 }, Infinity],
  ['the queue keeps up with what arrives', { due: 5, leaving: 5, growth: 0 }, 1],
])('the drain time when %s', (_, flow, seconds) => {
  expect(drainSeconds(flow)).toBe(seconds);
});

test('slots limit a rate by how long attempts take', () => {
  expect(slotRate({ slots: 10, seconds: 0.5 })).toBe(20);
  expect(slotRate({ slots: 10, seconds: undefined })).toBe(Infinity);
  expect(allowedRate({ rate: 12, slots: 10, seconds: 2 })).toBe(5);
  expect(allowedRate({ rate: 3, slots: 10, seconds: 2 })).toBe(3);
});
