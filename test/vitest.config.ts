// How the tests run. The file lives here because the top level of the repository has no room for it.

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';
import { PATIENCE_MS } from './support/patience.ts';
import { sortTests } from './support/projects.ts';

const root = path.resolve(import.meta.dirname, '..');
const { unit, database } = sortTests(root, process.env.TEST_DATABASE_URL !== undefined);

export default defineConfig({
  root,
  test: {
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    // Only a test that hangs comes near these: speed is measured in bench/. Dropping a database may take as long as some
    // tests stop a client that PostgreSQL is writing to, which is a minute and a half.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    // Of test.concurrent: each page of the docs starts a PostgreSQL and a server of its own.
    maxConcurrency: 3,
    // Tests wait for PostgreSQL and for sockets more than they compute.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'unit', include: unit, globalSetup: ['test/support/run-folder.ts'] } },
      {
        extends: true,
        test: {
          name: 'database',
          include: database,
          globalSetup: ['test/support/run-folder.ts', 'test/support/global-setup.ts'],
        },
      },
    ],
  },
});
