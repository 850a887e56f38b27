// Rules about the text of SQL files: it means the same in every session, goes into a database of any encoding, and fits on a screen.

import { expect, test } from 'vitest';
import { readMigrations } from '../../src/schema/migrate/migration-files.ts';
import { PACKAGE_MIGRATIONS } from '../../src/schema/migrate/package-migrations.embed.ts';

/** A session decides what a backslash in a literal means (standard_conforming_strings), a database what it can store. */
const FOREIGN = /[^\x20-\x7e\n]|\\/;
const TOO_LONG = /^.{121}/;

const linesWith = (rule: RegExp, file: string, sql: string) =>
  sql.split('\n').flatMap((line, i) => (rule.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));

const everyFile = () =>
  Object.entries(PACKAGE_MIGRATIONS)
    .filter(([file]) => file.endsWith('.sql'))
    .map(([file, sql]) => ({ file, sql }));

test('SQL files are plain ASCII and have no backslash', () => {
  expect(everyFile().flatMap(({ file, sql }) => linesWith(FOREIGN, file, sql))).toEqual([]);
});

test('SQL files are at most 120 columns wide', () => {
  expect(everyFile().flatMap(({ file, sql }) => linesWith(TOO_LONG, file, sql))).toEqual([]);
});

test.each([
  [FOREIGN, `select 'a' ~ '^a\\Z';`],
  [FOREIGN, '-- 0 … 5'],
  [FOREIGN, "select E'\\n';"],
  [FOREIGN, '\tselect 1;'],
  [TOO_LONG, `select '${'x'.repeat(112)}';`],
])('the rule %s can fail: %s', (rule, sql) =>
  expect(linesWith(rule, 'functions/a/x.sql', `select 1;\n${sql}\n`)).toHaveLength(1),
);

test('lease_tasks and lease_tasks_by_tag have the same second half', async () => {
  const { files } = readMigrations();
  const secondHalf = (name: string) => {
    const { sql = '' } = files.find(({ file }) => file === `functions/lease/${name}.sql`) ?? {};
    return /\n {4}now := taskqueue\._now\(\);\n[\s\S]*?\n\$\$;/.exec(sql)?.[0] ?? '';
  };
  expect(secondHalf('lease_tasks').split('\n').length).toBeGreaterThan(25);
  expect(secondHalf('lease_tasks_by_tag')).toBe(secondHalf('lease_tasks'));
});
