import { expect, test } from 'vitest';
import { TokenCache } from '../../src/task-tokens/token-cache.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup() {
  const clock = new ManualClock();
  const cache = new TokenCache(clock);
  let made = 0;
  const make =
    (seconds = 3600) =>
    async () => ({ token: `t${++made}`, seconds });
  return { clock, cache, make };
}

test('a token is used again until its last five minutes', async () => {
  const { clock, cache, make } = setup();
  expect([await cache.of('a', make()), await cache.of('b', make()), await cache.of('a', make())]).toEqual([
    't1',
    't2',
    't1',
  ]);
  await clock.advance(3_299);
  expect(await cache.of('a', make())).toBe('t1');
  await clock.advance(1);
  expect(await cache.of('a', make())).toBe('t3');
});

test('a short one until its last fifth', async () => {
  const { clock, cache, make } = setup();
  await cache.of('a', make(60));
  await clock.advance(47.999);
  expect(await cache.of('a', make(60))).toBe('t1');
  await clock.advance(0.001);
  expect(await cache.of('a', make(60))).toBe('t2');
});

test('simultaneous calls share one, and an error is not kept', async () => {
  const { cache, make } = setup();
  expect(await Promise.all([cache.of('a', make()), cache.of('a', make())])).toEqual(['t1', 't1']);
  const failing = () => Promise.reject(new Error('no'));
  const both = await Promise.allSettled([cache.of('b', failing), cache.of('b', failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await cache.of('b', make())).toBe('t2');
});

test('the oldest tokens make room', async () => {
  const { cache, make } = setup();
  for (let i = 0; i <= 1_000; i++) await cache.of(String(i), make());
  expect(await cache.of('1', make())).toBe('t2');
  expect(await cache.of('0', make())).toBe('t1002');
});
