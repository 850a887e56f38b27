import { expect, test, vi } from 'vitest';
import { InFlight } from '../../src/dispatcher/claiming/in-flight.ts';

const other = (held: number, connected = true, claimer = 7) => ({ claimer, held, connected });

test("a process's own attempts and those of other dispatchers count together", () => {
  const inFlight = new InFlight();
  inFlight.begin([other(3)], 0, () => {});
  inFlight.started(2);
  expect(inFlight.total).toBe(5);
  inFlight.finished();
  inFlight.count([other(1)], 0);
  expect(inFlight.total).toBe(2);
});

test('attempts of a disconnected dispatcher count for thirty seconds more; if it returns meanwhile, they keep counting', () => {
  const inFlight = new InFlight();
  inFlight.begin([other(3, false)], 0, () => {});
  inFlight.count([other(3, false)], 29_999);
  expect(inFlight.total).toBe(3);
  inFlight.count([other(3, false)], 30_000);
  expect(inFlight.total).toBe(0);
  inFlight.count([other(3, true)], 31_000);
  expect(inFlight.total).toBe(3);
  inFlight.count([other(3, false), other(2, false, 8)], 60_000);
  expect(inFlight.total).toBe(5);
  inFlight.count([other(3, false), other(2, false, 8)], 90_000);
  expect(inFlight.total).toBe(0);
});

test('attempts of unknown dispatchers count until their leases expire', () => {
  const inFlight = new InFlight();
  inFlight.begin([other(3, false, 0)], 0, () => {});
  inFlight.count([other(3, false, 0)], 600_000);
  expect(inFlight.total).toBe(3);
});

test('another leadership of the process keeps its own attempts, and is notified when they end', () => {
  const inFlight = new InFlight();
  const [first, second] = [vi.fn(), vi.fn()];
  inFlight.begin([], 0, first);
  inFlight.started(2);
  inFlight.begin([other(1, false)], 100_000, second);
  expect(inFlight.total).toBe(3);
  inFlight.finished();
  expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});
