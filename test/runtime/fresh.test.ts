import { expect, test } from 'vitest';
import { Fresh } from '../../src/runtime/fresh.ts';

function counted(freshness: { freshMs: number; staleMs?: number }) {
  const clock = { time: 0, now: () => clock.time };
  const state = { loads: 0, fails: false };
  const fresh = new Fresh(
    async () => {
      state.loads += 1;
      if (state.fails) throw new Error('no answer');
      return state.loads;
    },
    freshness,
    clock,
  );
  const value = async () => (await fresh.read()).value;
  return { clock, state, fresh, value };
}

test('a young value is not loaded again', async () => {
  const { clock, value } = counted({ freshMs: 10 });
  expect(await value()).toBe(1);
  clock.time = 9;
  expect(await value()).toBe(1);
  clock.time = 10;
  expect(await value()).toBe(2);
});

test('concurrent readers share a load', async () => {
  const { state, value } = counted({ freshMs: 10 });
  expect(await Promise.all([value(), value()])).toEqual([1, 1]);
  expect(state.loads).toBe(1);
});

test('a stale value is shown while it is loaded again, and says when it was loaded', async () => {
  const { clock, fresh, value } = counted({ freshMs: 10, staleMs: 100 });
  await value();
  clock.time = 50;
  expect(await fresh.read()).toEqual({ value: 1, at: 0 });
  expect(await fresh.read()).toEqual({ value: 2, at: 50 });
  clock.time = 150;
  expect(await value()).toBe(3);
});

test('a failed load rejects, and the next reader tries again', async () => {
  const { clock, state, value } = counted({ freshMs: 10 });
  state.fails = true;
  await expect(value()).rejects.toThrow('no answer');
  state.fails = false;
  expect(await value()).toBe(2);
  clock.time = 50;
  state.fails = true;
  await expect(value()).rejects.toThrow('no answer');
});
