// Rules about the text of SQL files: it means the same in every session, and goes into a database of any encoding.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { MIGRATIONS_DIRECTORY, readMigrations } from '../../src/schema/migrate/migration-files.ts';

/** A session decides what a backslash in a literal means (standard_conforming_strings), a database what it can store. */
const FOREIGN = /[^\x20-\x7e\n]|\\/;

const linesWith = (file: string, sql: string) =>
  sql.split('\n').flatMap((line, i) => (FOREIGN.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));

test('SQL files are plain ASCII and have no backslash', async () => {
  const { files } = await readMigrations();
  const roles = readFileSync(path.join(MIGRATIONS_DIRECTORY, 'roles.sql'), 'utf8');
  const all = [...files, { file: 'roles.sql', sql: roles }];
  expect(all.flatMap(({ file, sql }) => linesWith(file, sql))).toEqual([]);
});

test.each([`select 'a' ~ '^a\\Z';`, '-- 0 … 5', "select E'\\n';", '\tselect 1;'])('the rule can fail: %s', (sql) =>
  expect(linesWith('functions/x.sql', `select 1;\n${sql}\n`)).toHaveLength(1),
);
