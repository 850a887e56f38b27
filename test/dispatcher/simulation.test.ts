import { expect, test } from 'vitest';
import { simulate } from './simulation/world.ts';

// npm run test:soak:simulation runs it for long; SEED=… runs one seed.

const LONG = process.env.SOAK === 'simulation';
const HOURS = LONG ? 72 : 1;
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: LONG ? 40 : 3 }, (_, i) => i + 1);

test.each(SEEDS)(
  'seed %i: nothing is lost, sent too early or too fast, whatever breaks',
  { timeout: 3_600_000 },
  async (seed) => {
    const { problems, added, sent } = await simulate(seed, HOURS);
    expect(problems, `SEED=${seed} replays it`).toEqual([]);
    expect(sent).toBeGreaterThan(added / 2);
  },
);

test('the same seed gives the same run, and another seed another run', async () => {
  const [first, again, other] = [await simulate(7, 0.3), await simulate(7, 0.3), await simulate(8, 0.3)];
  expect(again).toEqual(first);
  expect(other.trace).not.toEqual(first.trace);
});
