import { expect, test } from 'vitest';
import { readMigrations } from '../../src/schema/migrate/migration-files.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  writeFiles(folder, { 'version.json': '{ "version": 3, "minimum": 2 }', ...files });
  return folder;
}

test('files run in order: numbered, private functions, the kernel’s before others, functions, views, grants', async () => {
  const folder = folderWith({
    'grants.sql': '',
    'roles.sql': '-- roles',
    'owner.sql': '-- owner',
    'views/a.sql': '',
    'functions/alpha/a.sql': '',
    'functions/beta/_z.sql': '',
    'functions/kernel/_k.sql': '',
    'functions/kernel/a.sql': '',
    '0010_b.sql': '',
    '0002_a.sql': '',
    'README.md': 'not SQL',
  });
  const { roles, owner, required, files } = readMigrations(folder);
  expect({ roles, owner, required }).toEqual({
    roles: '-- roles',
    owner: '-- owner',
    required: { version: 3, minimum: 2 },
  });
  expect(files.map(({ file }) => file)).toEqual([
    '0002_a.sql',
    '0010_b.sql',
    'functions/kernel/_k.sql',
    'functions/beta/_z.sql',
    'functions/alpha/a.sql',
    'functions/kernel/a.sql',
    'views/a.sql',
    'grants.sql',
  ]);
});

test('the checksum is the same for both kinds of line ends', async () => {
  const unix = readMigrations(folderWith({ '0001_a.sql': 'select 1;\nselect 2;\n' }));
  const windows = readMigrations(folderWith({ '0001_a.sql': 'select 1;\r\nselect 2;\r\n' }));
  expect(windows.files).toEqual(unix.files);
  expect(unix.files[0]?.checksum).toMatch(/^[0-9a-f]{64}$/);
});

test('no-transaction counts in a header, not elsewhere in the text', async () => {
  const folder = folderWith({
    '0001_a.sql': '-- no-transaction\nselect 1',
    '0002_b.sql': 'select 1 -- no-transaction!',
  });
  expect(readMigrations(folder).files.map(({ transactional }) => transactional)).toEqual([false, true]);
});

test('two files with the same number are rejected', async () => {
  const folder = folderWith({ '0001_a.sql': '', '0001_b.sql': '' });
  expect(() => readMigrations(folder)).toThrow('two migrations have the number 0001: 0001_');
});

test.each(['1_a.sql', 'views/deep/a.sql', 'other/a.sql', 'functions/a.sql', "functions/a/it's.sql"])(
  '%s is none of the known files',
  async (file) => {
    expect(() => readMigrations(folderWith({ [file]: '' }))).toThrow(`got migrations/${file}`);
  },
);
