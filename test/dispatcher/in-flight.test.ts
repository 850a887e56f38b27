import { expect, test } from 'vitest';
import { InFlight } from '../../src/dispatcher/in-flight.ts';

test('own and inherited attempts count together', () => {
  const inFlight = new InFlight(3);
  inFlight.started(2);
  expect(inFlight.total).toBe(5);
  inFlight.finished();
  expect(inFlight.total).toBe(4);
});

test('inherited attempts fade as their leases end, and never grow', () => {
  const inFlight = new InFlight(3);
  inFlight.started(2);
  inFlight.beforeLook();
  inFlight.afterLook(4);
  expect(inFlight.inherited).toBe(2);
  inFlight.beforeLook();
  inFlight.afterLook(9);
  expect(inFlight.inherited).toBe(2);
  inFlight.beforeLook();
  inFlight.afterLook(2);
  expect(inFlight.inherited).toBe(0);
});

test('attempts that started while the leases were counted do not hide inherited ones', () => {
  const inFlight = new InFlight(3);
  inFlight.beforeLook();
  inFlight.started(5);
  inFlight.afterLook(3);
  expect(inFlight.inherited).toBe(3);
});
