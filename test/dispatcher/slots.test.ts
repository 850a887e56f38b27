import { expect, test } from 'vitest';
import { Slots } from '../../src/dispatcher/slots.ts';

test('never more in use than there are', () => {
  const slots = new Slots(3);
  expect([slots.reserve(2), slots.reserve(2), slots.reserve(1)]).toEqual([2, 1, 0]);
  slots.giveBack(2);
  expect([slots.free, slots.used]).toEqual([2, 1]);
});

test('a slot that comes free wakes who waits longest; one that is passed on wakes the next', () => {
  const slots = new Slots(1);
  slots.reserve(1);
  const woken: string[] = [];
  slots.wait(() => woken.push('first'));
  slots.wait(() => woken.push('second'));
  slots.giveBack();
  expect(woken).toEqual(['first']);
  slots.wakeNext();
  expect(woken).toEqual(['first', 'second']);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %d is refused', (limit) => {
  expect(() => new Slots(limit)).toThrow(RangeError);
});
