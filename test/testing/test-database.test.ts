import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { dropLeftovers } from '../../src/embedded/drop-database.ts';
import { databaseUrl, runningEmbedded } from '../../src/embedded/state-file.ts';
import { testDatabase } from '../../src/testing.ts';
import { queryAt } from '../support/bare-database.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';

const url = inject('adminUrl');
const names = async () =>
  (await queryAt(url, 'select datname from pg_database')).rows.map(({ datname }) => datname as string);
const nameOf = (database: { url: string }) => new URL(database.url).pathname.slice(1);

test('has the schema, is empty and is dropped at the end, with whoever is connected', async () => {
  let name = '';
  {
    await using database = await testDatabase({ url });
    name = nameOf(database);
    await queryAt(database.url, `select from taskqueue.add(url => '/x')`);
    const other = await testDatabase({ url });
    onTestFinished(() => other.drop());
    expect((await queryAt(other.url, 'select from taskqueue.tasks')).rowCount).toBe(0);
    expect(await names()).toEqual(expect.arrayContaining([name, nameOf(other)]));
  }
  expect(await names()).not.toContain(name);
});

test("the application's tables are made once for each key, also by processes that start together", async () => {
  let prepared = 0;
  const prepare = async (empty: string) => {
    prepared += 1;
    await queryAt(empty, `create table orders as select ${prepared} as n`);
  };
  const key = `orders ${process.pid}`;
  const databases = await Promise.all([1, 2, 3].map(() => testDatabase({ url, prepare, key })));
  databases.push(await testDatabase({ url, prepare, key: `${key} changed` }));
  onTestFinished(async () => void (await Promise.all(databases.map((database) => database.drop()))));
  const made = databases.map(async (database) => (await queryAt(database.url, 'select n from orders')).rows[0].n);
  expect(await Promise.all(made)).toEqual([1, 1, 1, 2]);
});

test('a connection that prepare leaves open is named', async () => {
  const { default: pg } = await import('pg');
  let client = new pg.Client();
  const prepare = async (empty: string) => {
    client = new pg.Client(empty);
    client.on('error', () => {});
    await client.connect();
  };
  const made = testDatabase({ url, prepare, key: `open ${process.pid}` });
  await expect(made).rejects.toThrow('prepare must close the connections that it opens');
  expect((await names()).filter((name) => name.includes(`open`))).toEqual([]);
});

test('databases of processes that were killed are dropped later, and those in use are not', async () => {
  const old = `pgtaskqueue_temporary_${Math.floor(Date.now() / 1000) - 3600}_0123456789ab`;
  const used = old.replace('0123456789ab', 'ba9876543210');
  const mine = 'pgtaskqueue_temporary_of_mine';
  for (const name of [old, used, mine]) await queryAt(url, `create database ${name}`);
  const database = await testDatabase({ url });
  const { default: pg } = await import('pg');
  const client = new pg.Client(databaseUrl(url, used));
  await client.connect();
  await dropLeftovers(url, 600);
  const left = await names();
  await client.end();
  await database.drop();
  for (const name of [used, mine]) await queryAt(url, `drop database ${name} with (force)`);
  expect(left).toEqual(expect.arrayContaining([used, mine, nameOf(database)]));
  expect(left).not.toContain(old);
});

test('without a server that is named, an embedded one outlives the process that started it, and ends unused', async () => {
  const dataDir = temporaryFolder();
  const { DATABASE_URL: _, ...env } = process.env;
  const [door, kept] = [path.resolve('src/testing.ts'), path.resolve('src/embedded/kept-server.ts')];
  const text = `import { testDatabase } from ${JSON.stringify(door)};
    import { keptServer } from ${JSON.stringify(kept)};
    await keptServer({ dir: ${JSON.stringify(dataDir)}, idleSeconds: 12 });
    const { url } = await testDatabase({ dataDir: ${JSON.stringify(dataDir)} }); console.log(url);`;
  const run = () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', text], { env });
    return URL.parse(String(stdout).trim())?.port ?? String(stderr);
  };
  const first = run();
  expect(first).toMatch(/^\d+$/);
  expect(run()).toBe(first);
  await eventually(async () => (await runningEmbedded(dataDir)) === undefined, { timeoutMs: 80_000, everyMs: 200 });
});

test.each([
  [{ url: 'shop' }, 'database must be a connection string such as postgresql://user@host:5432/database'],
  [{ url, prepare: () => {} }, 'key must be text that changes whenever prepare does'],
  [{ url, prepare: 'create table' }, 'prepare must be a function, got string'],
  [{ url, prepaer: () => {} }, 'unknown property "prepaer" in the options of testDatabase; did you mean prepare?'],
])('%j is rejected', async (options, message) => {
  await expect(testDatabase(options as object)).rejects.toThrow(message);
});
