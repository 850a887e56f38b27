// Which tests start a PostgreSQL (test/support/projects.ts).

import fs from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { needsDatabase, sortTests, startsServer } from './support/projects.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

const FILES: Record<string, string> = {
  'test/a/pure.test.ts': `import { x } from '../../src/runtime/memo.ts';`,
  'test/a/direct.test.ts': `import fs from 'node:fs';\nimport pg from 'pg';`,
  'test/a/types.test.ts': `import type pg from 'pg';`,
  'test/a/embedded.test.ts': `import {\n  startEmbedded,\n} from '../../src/embedded/postgres.ts';`,
  'test/a/helped.test.ts': `import { middle } from '../support/middle.ts';`,
  'test/a/quoting.test.ts': 'const text = `\n  import pg from "pg";\n`;',
  'test/support/middle.ts': `export * from './db.ts';\nimport '../a/helped.test.ts';`,
  'test/support/db.ts': `import pg from 'pg';`,
};

test.each([
  ['test/a/pure.test.ts', false],
  ['test/a/types.test.ts', false],
  ['test/a/quoting.test.ts', false],
  ['test/a/direct.test.ts', true],
  ['test/a/embedded.test.ts', true],
  ['test/a/helped.test.ts', true],
])('%s needs a database: %s', (file, needed) => {
  expect(needsDatabase(file, (name) => FILES[name])).toBe(needed);
});

test('on a given server, tests that start one of their own and those that are alike everywhere are left out', () => {
  const read = (name: string) => FILES[name];
  expect(Object.keys(FILES).filter((file) => startsServer(file, read))).toEqual(['test/a/embedded.test.ts']);
  const [all, given] = [sortTests(ROOT), sortTests(ROOT, true)];
  const left = all.database.filter((file) => !given.database.includes(file));
  expect(left).toContain('test/postgres/standby.test.ts');
  expect(left).toContain('test/dispatcher/floor-model.test.ts');
  expect(left).not.toContain('test/migrations/functions/add.test.ts');
  expect(given.unit).toEqual(all.unit);
});

test('every test file belongs to one project, and none of `unit` asks for the test server', () => {
  const { unit, database } = sortTests(ROOT);
  const files = fs.globSync('**/*.test.ts', { cwd: path.join(ROOT, 'test'), exclude: ['**/node_modules'] });
  expect([...unit, ...database].sort()).toEqual(files.map((file) => `test/${file}`).sort());
  const asking = unit.filter((file) =>
    /inject\('(adminUrl|template)'\)/.test(fs.readFileSync(path.join(ROOT, file), 'utf8')),
  );
  expect(asking).toEqual(['test/projects.test.ts']);
});

test('this file runs without a test server', () => expect(inject('adminUrl')).toBeUndefined());
