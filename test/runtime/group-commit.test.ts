import { expect, test } from 'vitest';
import { GroupCommit } from '../../src/runtime/group-commit.ts';

/** Doubles numbers, when told to. */
function setup(pauseMs = 0) {
  const statements: number[][] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const together = new GroupCommit(async (numbers: number[]) => {
    statements.push(numbers);
    const turn = Promise.withResolvers<void>();
    waiting.push(turn);
    await turn.promise;
    return numbers.map((n) => 2 * n);
  }, pauseMs);
  return { together, statements, next: () => waiting.shift() };
}

test('what is asked at once, and what is asked meanwhile, shares a statement; each gets its own answer', async () => {
  const { together, statements, next } = setup();
  const first = [together.ask(1), together.ask(2)];
  await Promise.resolve();
  const second = [together.ask(3), together.ask(4)];
  next()?.resolve();
  expect(await Promise.all(first)).toEqual([2, 4]);
  next()?.resolve();
  expect(await Promise.all(second)).toEqual([6, 8]);
  expect(statements).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('what one statement throws, all who shared it get, and nobody else', async () => {
  const { together, next } = setup();
  const first = [together.ask(1), together.ask(2)];
  await Promise.resolve();
  const second = together.ask(3);
  next()?.reject(new Error('away'));
  expect(await Promise.allSettled(first)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  next()?.resolve();
  expect(await second).toBe(6);
});

test('with a pause, what is asked soon after a statement waits for its time, and shares the next', async () => {
  const { together, statements, next } = setup(200);
  const first = together.ask(1);
  await Promise.resolve();
  next()?.resolve();
  await first;
  const second = [together.ask(2)];
  await new Promise(setImmediate);
  second.push(together.ask(3));
  expect(statements).toEqual([[1]]);
  await expect.poll(() => statements).toEqual([[1], [2, 3]]);
  next()?.resolve();
  expect(await Promise.all(second)).toEqual([4, 6]);
});
