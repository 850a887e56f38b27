import { describe, expect, test } from 'vitest';
import type { MigrationFile, MigrationKind } from '../../src/sql/migration-files.ts';
import { inTransactions, planMigrations } from '../../src/sql/migration-plan.ts';

const file = (kind: MigrationKind, name: string, checksum = 'a', transactional = true): MigrationFile => ({
  file: name,
  kind,
  sql: '',
  checksum,
  transactional,
});

const FILES = [
  file('numbered', '0001_a.sql'),
  file('numbered', '0002_b.sql'),
  file('function', 'functions/f.sql'),
  file('function', 'functions/g.sql'),
  file('view', 'views/v.sql'),
  file('grants', 'grants.sql'),
];

const applied = (changes: Record<string, string | undefined> = {}) =>
  new Map(
    Object.entries({ ...Object.fromEntries(FILES.map((f) => [f.file, f.checksum])), ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

const pendingAfter = (changes: Record<string, string | undefined>) =>
  planMigrations(FILES, applied(changes)).pending.map((f) => f.file);

describe('what is pending', () => {
  test('everything in an empty database', () => {
    expect(planMigrations(FILES, new Map())).toEqual({ pending: FILES, changed: [], newer: [] });
  });
  test('nothing where all ran', () => expect(pendingAfter({})).toEqual([]));
  test('a changed function, and with it the views and the grants', () => {
    expect(pendingAfter({ 'functions/g.sql': 'old' })).toEqual(['functions/g.sql', 'views/v.sql', 'grants.sql']);
  });
  test('a missing numbered file, and with it the views and the grants', () => {
    expect(pendingAfter({ '0002_b.sql': undefined })).toEqual(['0002_b.sql', 'views/v.sql', 'grants.sql']);
  });
  test('changed grants bring the views along, which is harmless', () => {
    expect(pendingAfter({ 'grants.sql': 'old' })).toEqual(['views/v.sql', 'grants.sql']);
  });
});

test('a numbered file that changed after it ran is named', () => {
  expect(planMigrations(FILES, applied({ '0001_a.sql': 'old' })).changed).toEqual(['0001_a.sql']);
});

test('in a database of a newer program the other functions are not put back', () => {
  const { pending, newer } = planMigrations(FILES, applied({ '0003_c.sql': 'c', 'functions/f.sql': 'newer' }));
  expect({ pending, newer }).toEqual({ pending: [], newer: ['0003_c.sql'] });
});

test('all is committed together but for a file that refuses a transaction', () => {
  const alone = file('numbered', '0003_c.sql', 'a', false);
  const [a, b, f] = FILES as [MigrationFile, MigrationFile, MigrationFile];
  expect(inTransactions([a, b, alone, f])).toEqual([[a, b], [alone], [f]]);
  expect(inTransactions([alone, alone])).toEqual([[alone], [alone]]);
});
