import { expect, test } from 'vitest';
import { Slots } from '../../src/dispatcher/claiming/slots.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const [A, B, C, D] = [1, 2, 3, 4];

function setup(limit: number, led: number[] = [A]) {
  const clock = new ManualClock();
  const slots = new Slots(clock, limit);
  for (const queue of led) slots.join(queue);
  const woken: number[] = [];
  return { clock, slots, woken, wait: (queue: number) => slots.wait(queue, () => woken.push(queue)) };
}

test('never more in use than the limit, and one queue has nine tenths at most', () => {
  const { slots } = setup(10);
  expect([slots.reserve(A, 5), slots.reserve(A, 5), slots.reserve(A, 1)]).toEqual([5, 4, 0]);
  slots.release(A, 2);
  expect([slots.free, slots.used]).toEqual([3, 7]);
});

test.each([
  [1, 1],
  [2, 1],
  [9, 8],
  [10, 9],
  [1000, 900],
])('of %d slots a queue can have %d', (limit, most) => {
  expect(setup(limit).slots.reserve(A, limit)).toBe(most);
});

test('the last tenth is shared: each queue can have its share, whatever the others hold', () => {
  const { slots } = setup(1000, [A, B, C, D]);
  expect(slots.reserve(A, 1000)).toBe(900);
  expect(slots.reserve(B, 1000)).toBe(50); // C and D have 25 left each
  expect([slots.reserve(C, 1000), slots.reserve(D, 1000)]).toEqual([25, 25]);
  expect(slots.free).toBe(0);
});

test('with more queues than the last tenth has slots, each queue has one while any are free', () => {
  const queues = Array.from({ length: 30 }, (_, i) => i);
  const { slots } = setup(100, queues);
  expect(slots.reserve(0, 100)).toBe(90);
  expect(queues.slice(1).map((queue) => slots.reserve(queue, 5))).toEqual(
    queues.slice(1).map((_, i) => (i < 10 ? 1 : 0)),
  );
});

test('a queue that is led again still holds its slots', () => {
  const { slots } = setup(1000, [A, B]);
  slots.reserve(A, 900);
  slots.leave(A);
  slots.join(A);
  expect(slots.reserve(A, 1)).toBe(0);
  expect(slots.reserve(B, 10)).toBe(10);
});

test('a freed slot wakes the queue that has waited longest and may have it, within 4 ms; one that is passed on wakes the next', () => {
  const { clock, slots, woken, wait } = setup(2, [A, B]);
  slots.reserve(A, 2);
  slots.reserve(B, 2);
  wait(A);
  wait(B);
  slots.release(A);
  slots.release(B);
  expect(woken).toEqual([]);
  clock.advance(0.004);
  expect(woken).toEqual([A]);
  slots.wakeNext();
  expect(woken).toEqual([A, B]);
});

test('a free slot that a waiting queue may not have wakes another queue, and none repeatedly', () => {
  const { clock, slots, woken, wait } = setup(10, [A, B]);
  slots.reserve(A, 9);
  expect(slots.reserve(A, 1)).toBe(0);
  wait(A);
  slots.wakeNext();
  clock.advance(1);
  expect(woken).toEqual([]);
  slots.reserve(B, 1);
  expect(slots.reserve(B, 1)).toBe(0);
  wait(B);
  slots.release(B);
  clock.advance(0.004);
  expect(woken).toEqual([B]);
});

test('many free slots wake a queue immediately', () => {
  const { slots, woken, wait } = setup(100);
  slots.reserve(A, 100);
  wait(A);
  slots.release(A, 24);
  expect(woken).toEqual([]);
  slots.release(A, 1);
  expect(woken).toEqual([A]);
});

test('when all slots were taken, none is handed out before enough are free, or a moment has passed', () => {
  const { clock, slots } = setup(100);
  slots.reserve(A, 100);
  slots.release(A, 24);
  expect(slots.reserve(A, 10)).toBe(0);
  slots.release(A, 1);
  expect([slots.reserve(A, 10), slots.reserve(A, 100)]).toEqual([10, 15]);
  slots.release(A, 3);
  expect(slots.reserve(A, 1)).toBe(0);
  clock.advance(0.004);
  expect(slots.reserve(A, 1)).toBe(1);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %d is rejected', (limit) => {
  expect(() => new Slots(new ManualClock(), limit)).toThrow(RangeError);
});
