// A probe of a server of many cells asks one database, and all only if that one does not answer.

import { expect, test } from 'vitest';
import { anyWorks } from '../../src/server/any-works.ts';

function cellsOf(answers: (() => Promise<string | undefined>)[]) {
  const asked: number[] = [];
  const cells = answers.map((answer, n) => ({
    problem: () => {
      asked.push(n);
      return answer();
    },
  }));
  return { cells, asked };
}

const works = async () => undefined;
const fails = async () => 'the database does not answer';
const hangs = () => new Promise<undefined>(() => {});

test.each([
  ['the first works', [works, works, works], true, [0]],
  ['the first fails', [fails, works, hangs], true, [0, 1, 2]],
  ['the first hangs', [hangs, fails, works], true, [0, 1, 2]],
  ['all fail', [fails, fails], false, [0, 1]],
  ['there is none', [], false, []],
])('%s', async (_, answers, expected, whom) => {
  const { cells, asked } = cellsOf(answers);
  expect(await anyWorks(cells)).toBe(expected);
  expect(asked).toEqual(whom);
});
