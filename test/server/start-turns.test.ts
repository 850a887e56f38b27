// Cells start a few at a time, and one that cannot does not hold back the others.

import { expect, test } from 'vitest';
import { StartTurns } from '../../src/server/start-turns.ts';
import { eventually } from '../support/eventually.ts';

test('four at once, in order', async () => {
  const turns = new StartTurns();
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const starts = Array.from({ length: 6 }, (_, n) =>
    turns.take(() => {
      begun.push(n);
      return new Promise<number>((resolve) => ends.push(() => resolve(n)));
    }),
  );
  await eventually(() => expect(begun).toEqual([0, 1, 2, 3]));
  ends[2]?.();
  expect(await starts[2]).toBe(2);
  await eventually(() => expect(begun).toEqual([0, 1, 2, 3, 4]));
  for (const end of ends) end();
  await eventually(() => expect(begun).toHaveLength(6));
});

test('one that hangs, or fails, makes room', async () => {
  const turns = new StartTurns();
  for (let n = 0; n < 4; n++) void turns.take(() => new Promise(() => {}));
  const failing = turns.take(() => Promise.reject(new Error('no database')));
  await expect(failing).rejects.toThrow('no database');
  expect(await turns.take(async () => 'started')).toBe('started');
});
