// The migrations of this package. The build replaces this module by the texts themselves (test/build/build.mjs).

import { fileURLToPath } from 'node:url';
import { type MigrationTexts, readMigrationsFolder } from './migrations-folder.ts';

/** The files of `migrations/`. */
export const PACKAGE_MIGRATIONS: MigrationTexts = readMigrationsFolder(
  fileURLToPath(new URL('../../../migrations/', import.meta.url)),
);
