// The table of stacks in the README: each door has a row of three lines, and what a row imports is there.

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, readPage } from './page.ts';

const table = readPage('README.md').split('## Choose your stack')[1]?.split('\n## ')[0] ?? '';
const rows = table
  .split('\n')
  .filter((line) => line.startsWith('| ['))
  .map((line) => line.split(' | ') as [string, string]);
const imports = rows.flatMap(([stack, code]) =>
  [...code.matchAll(/`import \{ (\w+) \} from '(pgtaskqueue[^']*)'`/g)].map(
    ([, name = '', module = '']) => [stack, name, module] as const,
  ),
);

/** Doors that export a function to adapt an ORM's transaction. */
function doorsOfOrms(): string[] {
  const { exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return Object.keys(exports)
    .map((door) => door.replace('./', ''))
    .filter((door) => {
      const file = path.join(ROOT, 'src', `${door}.ts`);
      return fs.existsSync(file) && fs.readFileSync(file, 'utf8').includes("from './orms/");
    });
}

test.each(rows)('%s has three lines', (_, code) => {
  expect(code.split('<br>')).toHaveLength(3);
});

test.each(imports)('%s imports %s from %s', async (_, name, module) => {
  const door = module === 'pgtaskqueue' ? 'index' : module.replace('pgtaskqueue/', '');
  expect(await import(path.join(ROOT, 'src', `${door}.ts`))).toHaveProperty(name);
});

test('each door of an ORM has a row', () => {
  const modules = imports.map(([, , module]) => module);
  expect(doorsOfOrms().length).toBeGreaterThan(8);
  for (const door of doorsOfOrms()) expect(modules).toContain(`pgtaskqueue/${door}`);
});
