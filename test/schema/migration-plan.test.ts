import { describe, expect, test } from 'vitest';
import type { MigrationFile, MigrationKind } from '../../src/schema/migrate/migration-files.ts';
import { inBatches, planMigrations } from '../../src/schema/migrate/migration-plan.ts';

const file = (kind: MigrationKind, name: string, sql = '', transactional = true): MigrationFile => ({
  file: name,
  kind,
  sql,
  checksum: 'a',
  supersedes: ['before'],
  transactional,
});

const FILES = [
  file('numbered', '0001_a.sql'),
  file('numbered', '0002_b.sql'),
  file('function', 'functions/f.sql', 'create function taskqueue.f() returns void'),
  file('function', 'functions/g.sql', 'create or replace function taskqueue.g(x text) returns void'),
  file('view', 'views/v.sql', '-- v\ncreate or replace view taskqueue.v as select 1'),
  file('grants', 'grants.sql'),
];

const NOTHING = { checksums: new Map(), present: new Set<string>() };

const applied = (changes: Record<string, string | undefined> = {}, present = ['f', 'g', 'v']) => ({
  checksums: new Map(
    Object.entries({ ...Object.fromEntries(FILES.map((f) => [f.file, f.checksum])), ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  ),
  present: new Set(present),
});

const pendingAfter = (changes: Record<string, string | undefined>, present?: string[]) =>
  planMigrations(FILES, applied(changes, present)).pending.map((f) => f.file);

describe('what is pending', () => {
  test('everything in an empty database', () => {
    expect(planMigrations(FILES, NOTHING)).toEqual({ pending: FILES, changed: [], newer: [] });
  });
  test('nothing if all files ran', () => expect(pendingAfter({})).toEqual([]));
  test('a changed function, and nothing else', () => {
    expect(pendingAfter({ 'functions/g.sql': 'old' })).toEqual(['functions/g.sql']);
  });
  test('a missing numbered file, and nothing else', () => {
    expect(pendingAfter({ '0002_b.sql': undefined })).toEqual(['0002_b.sql']);
  });
  test('a missing view and a missing function', () => {
    expect(pendingAfter({}, ['g'])).toEqual(['functions/f.sql', 'views/v.sql']);
  });
  test('a view that a pending numbered file drops', () => {
    const drop = file('numbered', '0003_c.sql', 'drop view if exists taskqueue.v;');
    const pending = planMigrations([...FILES, drop], applied()).pending.map((f) => f.file);
    expect(pending).toEqual(['0003_c.sql', 'views/v.sql']);
  });
});

test('a numbered file that changed after it ran is reported', () => {
  expect(planMigrations(FILES, applied({ '0001_a.sql': 'old' })).changed).toEqual(['0001_a.sql']);
});

test('numbered files of a newer program are reported', () => {
  expect(planMigrations(FILES, applied({ '0003_c.sql': 'c' })).newer).toEqual(['0003_c.sql']);
});

test('all files are committed together, except one without a transaction', () => {
  const alone = file('numbered', '0003_c.sql', '', false);
  const [a, b, f] = FILES as [MigrationFile, MigrationFile, MigrationFile];
  expect(inBatches([a, b, alone, f])).toEqual([[a, b], [alone], [f]]);
  expect(inBatches([alone, alone])).toEqual([[alone], [alone]]);
});

test('a numbered file whose comment was corrected since it ran is unchanged', () => {
  const files = [file('numbered', '0001_a.sql')];
  const ran = (checksum: string) => ({ checksums: new Map([['0001_a.sql', checksum]]), present: new Set<string>() });
  expect(planMigrations(files, ran('before'))).toEqual({ pending: [], changed: [], newer: [] });
  expect(planMigrations(files, ran('another')).changed).toEqual(['0001_a.sql']);
});
