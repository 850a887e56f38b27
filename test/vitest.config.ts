// How the tests run. The file lives here because the top level of the repository has no room for it.

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';
import { sortTests } from './support/projects.ts';

const root = path.resolve(import.meta.dirname, '..');
const { unit, database } = sortTests(root, process.env.TEST_DATABASE_URL !== undefined);

export default defineConfig({
  root,
  test: {
    exclude: ['**/node_modules/**'],
    pool: 'forks',
    testTimeout: 120_000,
    // PostgreSQL drops a database once every server process of the cluster has answered. One that writes to a stopped client
    // answers only when that client continues, and some tests stop clients for a minute and a half.
    hookTimeout: 180_000,
    // Whatever a test polls for comes soon, but a process may start slowly on a busy machine.
    expect: { poll: { timeout: 20_000 } },
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
