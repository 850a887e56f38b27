import { expect, test } from 'vitest';
import { GroupCommit } from '../../src/runtime/group-commit.ts';

/** Doubles numbers, when it is released. */
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

test('concurrent calls share a statement, and so do calls that arrive meanwhile; each gets its own result', async () => {
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

test('all calls that share a statement get its error, and no others', async () => {
  const { together, next } = setup();
  const first = [together.ask(1), together.ask(2)];
  await Promise.resolve();
  const second = together.ask(3);
  next()?.reject(new Error('away'));
  expect(await Promise.allSettled(first)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  next()?.resolve();
  expect(await second).toBe(6);
});

test('with a pause, calls soon after a statement wait for their time and share the next one', async () => {
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
