// Releases to come, for tests of upgrades: a copy of this package's migrations with changes in it.

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MIGRATIONS_DIRECTORY } from '../../src/sql/migration-files.ts';
import { temporaryFolder, writeFiles } from './folder.ts';

/** The text of one of this package's migrations. */
export const migrationText = (file: string): string => readFileSync(path.join(MIGRATIONS_DIRECTORY, file), 'utf8');

/** The folder of a release whose schema version is higher by `ahead`. */
export function release(files: Record<string, string>, ahead = 1): string {
  const folder = temporaryFolder();
  cpSync(MIGRATIONS_DIRECTORY, folder, { recursive: true });
  keepViews(folder);
  const { version, minimum } = JSON.parse(migrationText('version.json'));
  writeFiles(folder, { 'version.json': JSON.stringify({ version: version + ahead, minimum }), ...files });
  return folder;
}

/** Views as they have to be: replaced, and never dropped with what depends on them. */
function keepViews(folder: string): void {
  for (const name of readdirSync(path.join(folder, 'views'))) {
    const file = path.join(folder, 'views', name);
    writeFileSync(file, replaced(readFileSync(file, 'utf8')));
  }
}

/** A view's text that takes the place of the view. */
export const replaced = (text: string): string =>
  text.replace(/^drop view if exists \S+ cascade;\n/m, '').replace(/^create view/m, 'create or replace view');
