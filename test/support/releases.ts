// Future releases for tests of upgrades: copies of this package's migrations with changes.

import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder, writeFiles } from './folder.ts';

/** The folder of this package's migrations. */
export const MIGRATIONS_DIRECTORY = path.resolve(import.meta.dirname, '../../migrations');

/** Reads one of this package's migrations. */
export const migrationText = (file: string): string => readFileSync(path.join(MIGRATIONS_DIRECTORY, file), 'utf8');

/** The folder of a release whose schema version is higher by `ahead`. */
export function release(files: Record<string, string>, ahead = 1): string {
  const folder = temporaryFolder();
  cpSync(MIGRATIONS_DIRECTORY, folder, { recursive: true });
  const { version, minimum } = JSON.parse(migrationText('version.json'));
  writeFiles(folder, { 'version.json': JSON.stringify({ version: version + ahead, minimum }), ...files });
  return folder;
}

/**
 * The folder of a release in which the text of every function and view differs, and a numbered file holds the tables of
 * tasks.
 */
export function everythingChanged(): string {
  const folder = release({
    '9001_later.sql': `alter table taskqueue._tasks add constraint later check (true) not valid;
      alter table taskqueue._dead_tasks add column later integer;`,
  });
  for (const kind of ['functions', 'views']) {
    const names = readdirSync(path.join(folder, kind), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one.endsWith('.sql'))) {
      const file = path.join(folder, kind, name);
      writeFileSync(file, `${readFileSync(file, 'utf8')}\n-- later\n`);
    }
  }
  return folder;
}
