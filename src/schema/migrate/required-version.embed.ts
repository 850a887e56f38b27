// The schema version of this package. The build replaces this module by the numbers themselves (test/build/build.mjs):
// a program that only checks them does not load every migration.

import { readFileSync } from 'node:fs';

/** The schema version that a program's files install, and the oldest one that the program runs on. */
export interface RequiredVersion {
  /** Increases with every release whose SQL differs from the previous release. */
  version: number;
  /** Servers of this program start on schemas from this version up, including newer ones than their own. */
  minimum: number;
}

/** The contents of `migrations/version.json`. */
export const REQUIRED_VERSION: RequiredVersion = JSON.parse(
  readFileSync(new URL('../../../migrations/version.json', import.meta.url), 'utf8'),
);
