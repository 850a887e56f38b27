// Reads the files of a migrations folder.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The texts of a folder's files, by their paths with slashes; line ends are LF. */
export type MigrationTexts = Readonly<Record<string, string>>;

/** Reads the SQL files of a folder and its `version.json`. */
export function readMigrationsFolder(directory: string): MigrationTexts {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => name.endsWith('.sql') || name === 'version.json')
    .sort();
  const text = (name: string) => readFileSync(path.join(directory, name), 'utf8').replaceAll('\r\n', '\n');
  return Object.fromEntries(names.map((name) => [name, text(name)]));
}
