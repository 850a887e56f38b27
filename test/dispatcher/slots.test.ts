import { expect, test } from 'vitest';
import { Slots } from '../../src/dispatcher/slots.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup(limit: number) {
  const clock = new ManualClock();
  const slots = new Slots(clock, limit);
  const woken: string[] = [];
  return { clock, slots, woken, wait: (name: string) => slots.wait(() => woken.push(name)) };
}

test('never more in use than there are', () => {
  const { slots } = setup(3);
  expect([slots.reserve(2), slots.reserve(2), slots.reserve(1)]).toEqual([2, 1, 0]);
  slots.giveBack(2);
  expect([slots.free, slots.used]).toEqual([2, 1]);
});

test('a slot that comes free wakes who waits longest, within 4 ms; one that is passed on wakes the next', () => {
  const { clock, slots, woken, wait } = setup(2);
  slots.reserve(2);
  wait('first');
  wait('second');
  slots.giveBack();
  slots.giveBack();
  expect(woken).toEqual([]);
  clock.advance(0.004);
  expect(woken).toEqual(['first']);
  slots.wakeNext();
  expect(woken).toEqual(['first', 'second']);
});

test('many free slots wake at once', () => {
  const { slots, woken, wait } = setup(100);
  slots.reserve(100);
  wait('first');
  slots.giveBack(24);
  expect(woken).toEqual([]);
  slots.giveBack(1);
  expect(woken).toEqual(['first']);
});

test('when all were taken, none is handed out before enough are free, or a moment has passed', () => {
  const { clock, slots } = setup(100);
  slots.reserve(100);
  slots.giveBack(24);
  expect(slots.reserve(10)).toBe(0);
  slots.giveBack(1);
  expect([slots.reserve(10), slots.reserve(100)]).toEqual([10, 15]);
  slots.giveBack(3);
  expect(slots.reserve(1)).toBe(0);
  clock.advance(0.004);
  expect(slots.reserve(1)).toBe(1);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %d is refused', (limit) => {
  expect(() => new Slots(new ManualClock(), limit)).toThrow(RangeError);
});
