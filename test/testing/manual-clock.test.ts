import { expect, test } from 'vitest';
import { ManualClock } from '../../src/testing/manual-clock.ts';

test('stands still until it is advanced, then fires alarms in order, each at its time', () => {
  const clock = new ManualClock(0);
  const rung: [string, number][] = [];
  clock.alarm(2000, () => rung.push(['later', clock.now()]));
  clock.alarm(1000, () => {
    rung.push(['sooner', clock.now()]);
    clock.alarm(500, () => rung.push(['between', clock.now()]));
  });
  clock.alarm(3000, () => rung.push(['cancelled', clock.now()]))();
  expect(clock.secondsToNext).toBe(1);
  clock.advance(3);
  expect(rung).toEqual([
    ['sooner', 1000],
    ['between', 1500],
    ['later', 2000],
  ]);
  expect([clock.now(), clock.waiting, clock.secondsToNext]).toEqual([3000, 0, undefined]);
});

test('fires no alarm when it is set back', () => {
  const clock = new ManualClock(10_000);
  let rung = false;
  clock.alarm(1, () => {
    rung = true;
  });
  clock.advance(-5);
  expect([clock.now(), rung]).toEqual([5_000, false]);
});

test('a sleep ends when its time comes or its signal aborts', async () => {
  const clock = new ManualClock();
  const sleeping = clock.sleep(1000);
  clock.advance(1);
  await sleeping;
  const ending = new AbortController();
  const cut = clock.sleep(1000, ending.signal);
  ending.abort();
  await cut;
  await clock.sleep(1000, ending.signal);
  expect(clock.waiting).toBe(0);
});
