import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';

test('returns the time of day', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(2_000);
});

test('a sleep ends when its time is up, or as soon as its signal aborts', async () => {
  await systemClock.sleep(1);
  const ending = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, ending.signal);
  ending.abort();
  await sleeping;
  await systemClock.sleep(3_600_000, ending.signal);
});

test('a cancelled alarm does not fire, and one in the far future does not fire immediately', async () => {
  let rung = 0;
  systemClock.alarm(1, () => rung++)();
  const cancel = systemClock.alarm(1e15, () => rung++);
  await systemClock.sleep(20);
  cancel();
  expect(rung).toBe(0);
});
