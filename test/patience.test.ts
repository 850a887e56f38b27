// How long a test may take and how long it waits is set once for all: each shorter limit fails some day, on a slow machine.

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PATIENCE_MS } from './support/patience.ts';

/** As test/vitest.config.ts sets it. */
const TEST_MS = 300_000;
/** Limits as they are written, each with the least that holds for all. */
const LIMITS: [RegExp, number][] = [
  [/,\s*\{\s*timeout: ([\d_]+),?\s*\},\s*(?:async\b|\(|_\b)/g, TEST_MS],
  [/\n *\}, (\d+_000)\);/g, TEST_MS],
  [/\{ timeout: ([\d_]+)[^}]*\}\s*,?\s*\)/g, PATIENCE_MS],
  [/\btimeoutMs: ([\d_]+)/g, PATIENCE_MS],
];
const IMPATIENT_WAIT = /import \{[^}]*\beventually\b[^}]*\} from '[^']*src\/testing|\bvi\.waitFor\(/;
/** Of the package's own `eventually`; what they wait for does not come. */
const ITS_OWN = new Set([
  'patience.test.ts',
  'support/eventually.ts',
  'testing/eventually.test.ts',
  'testing/fake-target.test.ts',
]);

const files = fs
  .globSync('**/*.ts', { cwd: import.meta.dirname, exclude: (name) => name.endsWith('node_modules') })
  .filter((file) => !ITS_OWN.has(file))
  .map((file) => ({ file, text: fs.readFileSync(path.join(import.meta.dirname, file), 'utf8') }));

const hastyLimits = (text: string): string[] =>
  LIMITS.flatMap(([pattern, least]) =>
    [...text.matchAll(pattern)]
      .filter(([, limit = '']) => Number(limit.replaceAll('_', '')) < least)
      .map(([written]) => written.trim()),
  );

test('no test is less patient than all others', () => {
  const tests = files.filter(({ file }) => file.endsWith('.test.ts'));
  expect(tests.flatMap(({ file, text }) => hastyLimits(text).map((limit) => `${file}: ${limit}`))).toEqual([]);
});

test('waits have the patience of tests', () => {
  expect(files.filter(({ text }) => IMPATIENT_WAIT.test(text)).map(({ file }) => file)).toEqual([]);
});

test.each([
  ["test('a', { timeout: 60_000 }, async () => {", 1],
  ["test('a', { timeout: 600_000 }, async () => {", 0],
  ['\n}, 120_000);', 1],
  ['await expect.poll(is, { timeout: 5_000 }).toBe(1);', 1],
  ['await eventually(is, { timeoutMs: 1_000, everyMs: 5 });', 1],
  ['await eventually(is, { timeoutMs: 90_000 });', 0],
])('the test can fail: %j', (text, most) => expect(hastyLimits(text)).toHaveLength(most));
