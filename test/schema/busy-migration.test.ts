// Migrating a busy database: nothing queues behind a migration that waits for a table, and a killed migration is
// finished by the next.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { TransientError } from '../../src/domain/errors.ts';
import { MIGRATION_LOCK } from '../../src/schema/locks.ts';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { release } from '../support/releases.ts';

const ALTERS_TASKS = { '9001_busy.sql': 'alter table taskqueue._tasks add column busy integer;' };

async function setup() {
  const database = await bareDatabase();
  await migrate(database.url, { directory: release({}, 0) });
  return { ...database, directory: release(ALTERS_TASKS), connect: () => connect(database.url) };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'pg_dump' });
  client.on('error', () => {}); // its database may be dropped before it ends
  onTestFinished(() => client.end());
  await client.connect();
  return client;
}

/** Adds one task after another until it is stopped; returns the milliseconds each took. */
function adds(client: pg.Client): { stop(): Promise<number[]> } {
  let over = false;
  const run = async () => {
    const took: number[] = [];
    while (!over) {
      const began = performance.now();
      await client.query(`select taskqueue.add(url => '/a', transactional => false)`);
      took.push(performance.now() - began);
    }
    return took;
  };
  const running = run();
  return {
    stop: () => {
      over = true;
      return running;
    },
  };
}

test('a reader of the tasks, such as pg_dump, delays the migration but no add', async () => {
  const { url, directory, connect, query } = await setup();
  const reader = await connect();
  await reader.query('begin; select count(*) from taskqueue._tasks');
  const stream = adds(await connect());
  const lines: string[] = [];
  const migrating = migrate(url, { directory, log: (line) => lines.push(line) });
  await sleep(3_000);
  expect((await checkSchema(url, directory)).pending).toEqual(['9001_busy.sql']);
  await reader.query('commit');
  const { applied } = await migrating;
  const took = await stream.stop();
  expect(applied).toEqual(['9001_busy.sql']);
  expect(Math.max(...took)).toBeLessThan(2_500); // the reader stays for three seconds
  const { rows } = await reader.query('select pg_backend_pid() as pid');
  expect(lines).toEqual([expect.stringContaining(`waiting for pid ${rows[0].pid} (pg_dump)`)]);
  expect((await query('select count(*)::integer as number from taskqueue.tasks')).rows).toEqual([
    { number: took.length },
  ]);
});

test('it times out with a retryable error, and has changed nothing', async () => {
  const { url, directory, connect } = await setup();
  const reader = await connect();
  await reader.query('begin; select count(*) from taskqueue._tasks');
  const failed = await migrate(url, { directory, waitSeconds: 0.5 }).catch((error) => error);
  expect(failed).toBeInstanceOf(TransientError);
  expect(failed.message).toMatch(/^timed out after 0.5 s waiting for pid \d+ \(pg_dump\)/);
  await reader.query('rollback');
  expect((await checkSchema(url, directory)).pending).toEqual(['9001_busy.sql']);
  expect((await migrate(url, { directory })).applied).toEqual(['9001_busy.sql']);
});

test('a second migration waits for a running one, and names it', async () => {
  const { url, directory, connect } = await setup();
  const other = await connect();
  await other.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
  const failed = await migrate(url, { directory, waitSeconds: 0.5 }).catch((error) => error);
  expect(failed).toBeInstanceOf(TransientError);
  expect(failed.message).toMatch(/waiting for pid \d+ \(pg_dump\)/);
});

test('a migration killed at any moment is finished by the next one', async () => {
  const { url, query } = await bareDatabase();
  const directory = release(ALTERS_TASKS);
  for (const delayMs of [0, 50, 150, 300, 500, 800]) {
    const child = spawnMigration(url, directory);
    const exited = once(child, 'exit'); // which may come before the kill
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    await sleep(delayMs);
    child.kill('SIGKILL');
    await exited;
  }
  await migrate(url, { directory });
  expect(await checkSchema(url, directory)).toMatchObject({ ok: true, pending: [], problems: [] });
  await query(`select taskqueue.add(url => '/a')`);
});

function spawnMigration(url: string, directory: string): ChildProcess {
  const module = path.resolve(import.meta.dirname, '../../src/schema/migrate/migrate.ts');
  const program = `import { migrate } from ${JSON.stringify(module)};
    console.log('starting');
    await migrate(${JSON.stringify(url)}, { directory: ${JSON.stringify(directory)} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}
