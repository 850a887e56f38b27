import { expect, test } from 'vitest';
import { Together } from '../../src/runtime/together.ts';

/** Doubles numbers, when told to. */
function setup(most = 1) {
  const statements: number[][] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const together = new Together(async (numbers: number[]) => {
    statements.push(numbers);
    const turn = Promise.withResolvers<void>();
    waiting.push(turn);
    await turn.promise;
    return numbers.map((n) => 2 * n);
  }, most);
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

test('a second statement begins while the first is under way, where two are allowed, and no third', async () => {
  const { together, statements, next } = setup(2);
  const answers = [];
  for (const number of [1, 2, 3, 4]) {
    answers.push(together.ask(number));
    await Promise.resolve();
  }
  expect(statements).toEqual([[1], [2]]);
  next()?.resolve();
  next()?.resolve();
  await Promise.all(answers.slice(0, 2));
  expect(statements).toEqual([[1], [2], [3, 4]]);
  next()?.resolve();
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8]);
});
