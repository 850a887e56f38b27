// Starts one PostgreSQL per run, with a migrated template that every test file clones (test/support/db.ts), and one
// browser.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { databaseUrl } from '../../src/embedded/state-file.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { installScheduler } from '../../src/scheduler/install.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { hasBrowser, launchBrowser } from './launch-browser.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of a superuser on the test server. */
    adminUrl: string;
    /** Name of the database to clone. */
    template: string;
    /** Where the run's browser is reached. */
    browser: string;
  }
}

/** Starts the server and returns a function that stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startServer();
  const template = `taskqueue_template_${process.pid}`;
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query(`create database ${template}`);
  await migrate(databaseUrl(url, template));
  await installScheduler(databaseUrl(url, template), silentLogger);
  await admin.query(`alter database ${template} with is_template true allow_connections false`);
  project.provide('adminUrl', url);
  project.provide('template', template);
  const browser = hasBrowser ? await launchBrowser() : undefined;
  if (browser) project.provide('browser', browser.wsEndpoint());
  return async () => {
    await admin.query(`alter database ${template} with is_template false`);
    await admin.query(`drop database ${template} with (force)`);
    await admin.end();
    await browser?.close();
    await stop();
  };
}

/** Where Linux keeps files in memory. Each test file has a database, and none is kept. */
const IN_MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 2 ** 30;

function hasRoom(folder: string): boolean {
  if (!fs.existsSync(folder)) return false;
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize >= ROOM_BYTES;
}

// TEST_DATABASE_URL can name another server, such as an older or managed PostgreSQL.
async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { TEST_DATABASE_URL, PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
  if (TEST_DATABASE_URL) return { url: TEST_DATABASE_URL, stop: async () => {} };
  const dir = fs.mkdtempSync(path.join(hasRoom(IN_MEMORY) ? IN_MEMORY : os.tmpdir(), 'ptq-test-'));
  fs.chmodSync(dir, 0o755);
  const server = await startEmbedded({ dir, port: null, ephemeral: true, user, from });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
