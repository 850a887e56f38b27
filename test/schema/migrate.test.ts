import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MIGRATION_LOCK } from '../../src/schema/locks.ts';
import { checkSchema, migrate, pendingSql } from '../../src/schema/migrate/migrate.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { temporaryFolder, writeFiles } from '../support/folder.ts';
import { migrationText } from '../support/releases.ts';

const FILES = {
  'version.json': '{ "version": 1, "minimum": 1 }',
  '0001_a.sql': 'create table taskqueue.a (x integer);',
  'functions/a/f.sql': `create or replace function taskqueue.f() returns integer language sql as 'select taskqueue.g() + 1';`,
  'functions/a/g.sql': `create or replace function taskqueue.g() returns integer language sql as 'select 1';`,
  'views/v.sql': 'create or replace view taskqueue.v as select taskqueue.f() as f;',
  'grants.sql': 'grant usage on schema taskqueue to public; grant execute on function taskqueue.f() to public;',
};

async function setup(files: Record<string, string> = FILES) {
  const directory = temporaryFolder();
  writeFiles(directory, files);
  const database = await bareDatabase();
  const run = async () => (await migrate(database.url, { directory })).applied;
  return { ...database, directory, run, write: (more: Record<string, string>) => writeFiles(directory, more) };
}

describe("this package's own migrations", () => {
  test('twenty concurrent callers leave one schema', async () => {
    const { url, query } = await bareDatabase();
    const runs = await Promise.all(Array.from({ length: 20 }, () => migrate(url)));
    expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    expect(await checkSchema(url)).toMatchObject({ ok: true, pending: [], changed: [], newer: [], problems: [] });
    const { rows } = await query(
      `select nspowner::regrole::text as owner from pg_namespace where nspname = 'taskqueue'`,
    );
    expect(rows).toEqual([{ owner: 'taskqueue_owner' }]);
  });

  test('databases of one cluster can migrate concurrently', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, bareDatabase));
    await Promise.all(databases.map(({ url }) => migrate(url)));
    const checks = await Promise.all(databases.map(({ url }) => checkSchema(url)));
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  test('the printed script does the same, including bookkeeping', async () => {
    const { url, query } = await bareDatabase();
    await query((await pendingSql()).replaceAll(/^\\.*$/gm, ''));
    expect(await checkSchema(url)).toMatchObject({ ok: true, pending: [], changed: [], newer: [], problems: [] });
    expect((await migrate(url)).applied).toEqual([]);
  });

  test.skipIf(spawnSync('psql', ['--version']).status !== 0)('the printed script runs in psql', async () => {
    const { url } = await bareDatabase();
    const { status, stderr } = spawnSync('psql', ['--quiet', url], { input: await pendingSql(), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await checkSchema(url)).toMatchObject({ ok: true });
  });

  test('an enqueuer may not change the bookkeeping', async () => {
    const { url, query } = await bareDatabase();
    await migrate(url);
    await expect(query('set role taskqueue_enqueuer; insert into taskqueue.migrations values (1, 2)')).rejects.toThrow(
      'permission denied',
    );
  });
});

describe('files to run', () => {
  test('all files run once, in order, and then none', async () => {
    const { run, query } = await setup();
    expect(await run()).toEqual(['0001_a.sql', 'functions/a/f.sql', 'functions/a/g.sql', 'views/v.sql', 'grants.sql']);
    expect(await run()).toEqual([]);
    expect((await query('select f from taskqueue.v')).rows).toEqual([{ f: 2 }]);
    expect((await query('select file from taskqueue.migrations order by applied_at')).rows).toHaveLength(5);
  });

  test('only a changed file runs again', async () => {
    const { run, query, write } = await setup();
    await run();
    write({ 'functions/a/f.sql': FILES['functions/a/f.sql'].replace('+ 1', '+ 2') });
    expect(await run()).toEqual(['functions/a/f.sql']);
    expect((await query('set role taskqueue_viewer; select taskqueue.f()')) as unknown).toMatchObject([
      {},
      { rows: [{ f: 3 }] },
    ]);
  });

  test('objects missing from the database are created again', async () => {
    const { run, query } = await setup();
    await run();
    await query('drop function taskqueue.f() cascade');
    expect(await run()).toEqual(['functions/a/f.sql', 'views/v.sql']);
    expect((await query('set role taskqueue_viewer; select taskqueue.f()')) as unknown).toMatchObject([{}, {}]);
  });

  test('nothing is created on the other nodes of a Citus cluster', async () => {
    const { run, write } = await setup();
    const local = `do $$ begin assert current_setting('citus.enable_ddl_propagation') = 'off'; end $$;`;
    write({ 'roles.sql': migrationText('roles.sql') + local, '0003_local.sql': local, 'grants.sql': local });
    await run();
  });

  test('a changed numbered file is rejected by name, and nothing runs', async () => {
    const { run, write, url, directory } = await setup();
    await run();
    write({ '0001_a.sql': 'create table taskqueue.b ();', '0002_b.sql': 'create table taskqueue.c ();' });
    await expect(run()).rejects.toThrow('0001_a.sql changed after it was applied here');
    expect(await checkSchema(url, directory)).toMatchObject({ ok: false, changed: ['0001_a.sql'] });
  });

  test('a dry run reports the files without running them', async () => {
    const { url, directory } = await setup();
    expect((await migrate(url, { directory, dryRun: true })).applied).toHaveLength(5);
    expect((await checkSchema(url, directory)).pending).toHaveLength(5);
  });

  test('an unknown numbered file belongs to a newer program, which must be used', async () => {
    const { run, query, directory, url } = await setup();
    await run();
    await query(`insert into taskqueue.migrations (file, checksum) values ('0002_newer.sql', 'x')`);
    expect(await checkSchema(url, directory)).toMatchObject({ newer: ['0002_newer.sql'] });
    await expect(run()).rejects.toThrow('a newer pgtaskqueue migrated this database (0002_newer.sql)');
  });
});

describe('failures', () => {
  test('a failing statement is named by file and line, and leaves no trace', async () => {
    const { run, write, url, directory } = await setup();
    write({ 'views/v.sql': 'create view taskqueue.v as\n  select nonsense;' });
    await expect(run()).rejects.toMatchObject({
      message: 'migrations/views/v.sql:2: column "nonsense" does not exist',
      cause: { code: '42703' },
    });
    expect((await checkSchema(url, directory)).pending).toHaveLength(5);
    write(FILES);
    expect(await run()).toHaveLength(5);
  });

  test('an index can be created concurrently in a file without a transaction', async () => {
    const { run, write, query } = await setup();
    write({ '0002_index.sql': '-- no-transaction\ncreate index concurrently if not exists a_x on taskqueue.a (x);' });
    expect(await run()).toContain('0002_index.sql');
    expect((await query(`select indisvalid from pg_index where indexrelid = 'taskqueue.a_x'::regclass`)).rows).toEqual([
      { indisvalid: true },
    ]);
  });

  test('a migration that is killed half-way is finished by the next one', async () => {
    const { run, write, url, directory, query } = await setup();
    await run();
    write({ '0002_slow.sql': 'create table taskqueue.slow (); select pg_sleep(60);' });
    const child = spawnMigration(url, directory);
    await expect.poll(() => query(SLEEPERS).then(({ rowCount }) => rowCount)).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    write({ '0002_slow.sql': 'create table taskqueue.slow ();' });
    // The server ends the abandoned transaction when it next writes to the dead connection; here it is terminated.
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await run()).toEqual(['0002_slow.sql']);
  });

  test('callers wait for each other under the documented lock', async () => {
    const { run, url } = await setup();
    const other = await connect(url);
    await other.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const running = run();
    await expect.poll(() => other.query(WAITERS).then(({ rowCount }) => rowCount)).toBe(1);
    expect((await other.query(`select to_regnamespace('taskqueue') as made`)).rows).toEqual([{ made: null }]);
    await other.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    expect(await running).toHaveLength(5);
  });
});

const SLEEPERS = `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;

const WAITERS = `select from pg_locks
  where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // its database may be dropped before it ends
  onTestFinished(() => client.end());
  await client.connect();
  return client;
}

function spawnMigration(url: string, directory: string) {
  const module = path.resolve(import.meta.dirname, '../../src/schema/migrate/migrate.ts');
  const program = `import { migrate } from ${JSON.stringify(module)};
    await migrate(${JSON.stringify(url)}, { directory: ${JSON.stringify(directory)} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
}
