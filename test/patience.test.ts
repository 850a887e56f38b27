// How long a test may take, or waits, is set once for all: on a slow machine each shorter limit fails some day.

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PATIENCE_MS } from './support/patience.ts';

const TEST_MS = 300_000;
const number = (text = '') => Number(text.replaceAll('_', ''));

/** Limits of tests, hooks and waits that are shorter than what holds for all. */
function hastyLimits(file: string, text: string): string[] {
  const found = [
    ...[...text.matchAll(/,\s*\{\s*timeout: ([\d_]+),?\s*\},\s*(?:async\b|\(|_\b)/g)].map((m) => [m, TEST_MS] as const),
    ...[...text.matchAll(/\n *\}, (\d+_000)\);/g)].map((m) => [m, TEST_MS] as const),
    ...[...text.matchAll(/\{ timeout: ([\d_]+)[^}]*\}\s*,?\s*\)/g)].map((m) => [m, PATIENCE_MS] as const),
    ...[...text.matchAll(/\btimeoutMs: ([\d_]+)/g)].map((m) => [m, PATIENCE_MS] as const),
  ];
  return found
    .filter(([{ 1: limit }, least]) => number(limit) < least)
    .map(([match]) => `${file}:${text.slice(0, match.index).split('\n').length + 1}: ${match[0].trim()}`);
}

test('no test is less patient than all others', () => {
  const files = fs.globSync('**/*.test.ts', {
    cwd: import.meta.dirname,
    exclude: (name) => name.endsWith('node_modules'),
  });
  const own = ['patience.test.ts', 'testing/eventually.test.ts']; // what that one waits for does not come
  const hasty = files
    .filter((file) => !own.includes(file))
    .flatMap((file) => hastyLimits(file, fs.readFileSync(path.join(import.meta.dirname, file), 'utf8')));
  expect(hasty).toEqual([]);
});

test('waits have the patience of tests', () => {
  const files = fs.globSync('**/*.ts', { cwd: import.meta.dirname, exclude: (name) => name.endsWith('node_modules') });
  const others = files.filter(
    (file) =>
      !/^(patience\.test|support\/eventually|testing\/(eventually|fake-target)\.test)\.ts$/.test(file) &&
      /import \{[^}]*\beventually\b[^}]*\} from '[^']*src\/testing|\bvi\.waitFor\(/.test(
        fs.readFileSync(path.join(import.meta.dirname, file), 'utf8'),
      ),
  );
  expect(others).toEqual([]);
});

test.each([
  ["test('a', { timeout: 60_000 }, async () => {", 1],
  ["test('a', { timeout: 600_000 }, async () => {", 0],
  ['\n}, 120_000);', 1],
  ['await expect.poll(is, { timeout: 5_000 }).toBe(1);', 1],
  ['await eventually(is, { timeoutMs: 1_000, everyMs: 5 });', 1],
  ['await eventually(is, { timeoutMs: 90_000 });', 0],
])('the test can fail: %j', (text, most) => expect(hastyLimits('x', text)).toHaveLength(most));
