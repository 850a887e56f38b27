// A session computes the database's identity once, from the cluster and its own oid, and no setting changes it. Physical copies need `--new-identity`.

import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { runHere } from '../cli/command.ts';
import { queryAt } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { sharedFolder } from '../support/folder.ts';
import { row, rows, value } from '../support/sql.ts';

const db = useDatabase();
const epochOf = (database: pg.Client | pg.Pool) => value<string>(database, 'select taskqueue._epoch()');

describe('no statement reads the control file again', () => {
  /** How often a session has called a function so far. */
  const calls = (client: pg.Client) =>
    value<string>(
      client,
      `select coalesce(sum(calls), 0) from pg_stat_xact_user_functions where schemaname = 'taskqueue' and funcname in ('_epoch', '_database_hash')`,
    );
  const loops: [string, string][] = [
    ['add', `perform taskqueue.add('ours', payload => 'x')`],
    ['a named add', `perform taskqueue.add('ours', payload => 'x', name => 'n' || i)`],
    ['add_tasks', `perform taskqueue.add_tasks('ours', '[{"payload": "x"}]')`],
    ['lease', `perform taskqueue.lease_tasks('ours', 60, 1)`],
    ['claim', `perform taskqueue.claim_tasks('default', 1)`],
    ['list', `perform taskqueue.list_tasks('ours', 1)`],
    [
      'floor loop',
      `perform taskqueue.raise_floor('ours', taskqueue.advance_floor('ours', clock_timestamp() - interval '1 s'))`,
    ],
  ];

  test.each(loops)('%s', async (_, statement) => {
    const client = await db.client();
    await client.query(`set track_functions = 'all'`);
    await client.query(
      `select taskqueue.create_queue('ours', mode => 'pull') where not exists (select from taskqueue.queues where name = 'ours')`,
    );
    const loop = (times: number) =>
      `do $$ begin for i in 1 .. ${times} loop begin ${statement}; raise sqlstate 'P0UND'; exception when sqlstate 'P0UND' or sqlstate 'TQ005' then null; end; end loop; end $$`;
    await client.query('begin');
    await client.query(loop(20));
    const before = Number(await calls(client));
    await client.query(loop(200));
    // A plan is now and then made again, for example when a table was analyzed.
    expect(Number(await calls(client))).toBeLessThan(before + 20);
    await client.query('rollback');
  });

  test('it is a constant in plans', async () => {
    const plan = async (expression: string) =>
      JSON.stringify(await rows(db.pool, `explain (verbose, costs off) select ${expression}`));
    expect(await plan('taskqueue._next_id(true, 1)')).toMatch(/'\d{16,19}'::bigint \+/);
    expect(await plan('taskqueue._next_id(true, 1)')).not.toContain('_epoch');
    expect(await plan('taskqueue._floor(1)')).not.toMatch(/_epoch|_floor\(/);
  });
});

test('databases made from one template name their tasks differently', async () => {
  const name = `twin_${process.pid}`;
  const admin = await db.client();
  const template = `model_${process.pid}`;
  for (const made of [template, name]) {
    onTestFinished(async () => {
      await admin.query(`drop database if exists ${made} with (force)`);
    });
  }
  await queryAt(db.url, `create database ${template}`);
  const urls = [template, name].map((database) =>
    Object.assign(new URL(db.url), { pathname: `/${database}` }).toString(),
  );
  const [original = '', copy = ''] = urls;
  await migrate(original);
  const add = `select name from taskqueue.add(url => '/x')`;
  const first = (await queryAt(original, add)).rows[0].name;
  await queryAt(db.url, `create database ${name} template ${template}`);
  const tail = (generated: string) => generated.slice(-16, -12);
  expect(tail((await queryAt(original, add)).rows[0].name)).toBe(tail(first));
  expect(tail((await queryAt(copy, add)).rows[0].name)).not.toBe(tail(first));
  expect((await queryAt(copy, `select from taskqueue.describe_task('default', '${first}')`)).rows).toHaveLength(1);
});

test('a read-only session of a copy counts as the first one that may write will', async () => {
  const reader = await db.client();
  await db.pool.query(`select setval('taskqueue._identity', 7::bigint << 50 | 12345)`); // another database's
  await reader.query('begin read only');
  const planned = await epochOf(reader);
  await reader.query('commit');
  expect(Number(planned)).not.toBe(7);
  expect(await value(db.pool, 'select last_value >> 50 from taskqueue._identity')).toBe('7');
  const writer = await db.client();
  expect(await epochOf(writer)).toBe(planned);
  expect(await value(db.pool, 'select last_value >> 50 from taskqueue._identity')).toBe(planned);
});

test('tasks that came from elsewhere with later ids are followed', async () => {
  const session = await db.client();
  await session.query(`select taskqueue.create_queue('joined', mode => 'pull'), taskqueue.add(url => '/before')`);
  const before = Number(await epochOf(session));
  await db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, body)
     select ${before + 5}::bigint << 50 | 128000, now(), now(), id, 'x' from taskqueue._queues where name = 'joined'`,
  );
  const problem = { invariant: 'an id is that of a past transaction' };
  expect(await rows(db.pool, 'select * from taskqueue.verify()')).toMatchObject([problem]);
  const open = await db.client();
  await open.query(`begin; select taskqueue.add(url => '/open')`);
  expect(await value(db.pool, 'select taskqueue.check_identity()'), 'and no add waits behind it').toBe('pending');
  await open.query('commit');
  expect(await value(db.pool, 'select taskqueue.check_identity()')).toBe('joined');
  expect(await value(db.pool, 'select taskqueue.check_identity()')).not.toBe('joined');
  expect(await rows(db.pool, 'select * from taskqueue.verify()')).toEqual([]);
  expect(Number(await epochOf(session)), 'of a session that had planned before').toBeGreaterThan(before + 5);
  await session.query(`select taskqueue.add('joined', payload => 'later')`);
  await db.pool.query(`select taskqueue.purge_queue('joined')`);
  await session.query(`select taskqueue.add('joined', payload => 'after')`);
  expect(await value(db.pool, `select count(*) from taskqueue.tasks where queue = 'joined'`)).toBe('1');
});

test('where nobody may ask the cluster who it is, adds go on', async () => {
  const before = await epochOf(db.pool);
  const client = await db.client();
  await db.pool.query('revoke execute on function pg_control_system() from public');
  await client.query(`select taskqueue.add(url => '/x', name => 'unasked', transactional => false)`);
  expect(await epochOf(client)).toBe(before);
  await db.pool.query('grant execute on function pg_control_system() to public');
  expect(await epochOf(await db.client())).toBe(before);
});

test('adds that commit during the check are not taken for those of another database', async () => {
  const adders = await Promise.all([db.client(), db.client(), db.client()]);
  let over = false;
  const adding = adders.map(async (adder) => {
    while (!over) await adder.query(`select taskqueue.add(url => '/busy')`);
  });
  const answers = new Set<string>();
  for (let i = 0; i < 3000; i++) answers.add(await value(db.pool, 'select taskqueue.check_identity()'));
  over = true;
  await Promise.all(adding);
  expect([...answers]).not.toContain('joined');
});

describe('a copy, file by file', () => {
  test('is the same database until migrate gives it a new identity', async () => {
    const dir = sharedFolder();
    const original = await startEmbedded({ dir, port: null, ephemeral: true });
    await queryAt(original.url, 'create database app');
    await migrate(original.urlFor('app'));
    const [{ name }] = (await queryAt(original.urlFor('app'), `select name from taskqueue.add(url => '/x')`)).rows;
    const epoch = (await queryAt(original.urlFor('app'), 'select taskqueue._epoch() as epoch')).rows[0].epoch;
    await original.stop();
    const copy = await promotedCopy(dir);
    onTestFinished(() => copy.stop());
    const client = new pg.Client(copy.urlFor('app'));
    await client.connect();
    onTestFinished(() => client.end());
    expect(await epochOf(client)).toBe(epoch);
    expect(await row(client, 'select state from taskqueue.describe_task($1, $2)', ['default', name])).toEqual({
      state: 'due',
    });
    expect(await value(client, 'select taskqueue.check_identity()')).toBe('promoted');
    const doctor = await runHere(['doctor', '--database-url', copy.urlFor('app')]);
    expect(doctor.stdout).toMatch(
      /^warn {2}identity: the server was promoted since .*\n {6}If both servers run, run pgtaskqueue migrate --new-identity/m,
    );
    const { stdout } = await runHere(['migrate', '--new-identity', '--database-url', copy.urlFor('app')]);
    expect(stdout).toContain('This server has a new identity');
    expect(await value(client, 'select taskqueue.check_identity()')).toBe('known');
    expect(await epochOf(client)).not.toBe(epoch);
    expect(await rows(client, 'select * from taskqueue.verify()')).toEqual([]);
  });

  /** Starts a copy of a stopped server as a standby, and promotes it. */
  async function promotedCopy(dir: string): Promise<EmbeddedServer> {
    const folder = sharedFolder();
    fs.cpSync(dir, folder, { recursive: true });
    const [data = ''] = fs.readdirSync(folder).filter((entry) => fs.existsSync(path.join(folder, entry, 'PG_VERSION')));
    fs.writeFileSync(path.join(folder, data, 'standby.signal'), '');
    if (process.getuid?.() === 0) handOver(path.join(folder, data), fs.statSync(path.join(dir, data)));
    fs.chmodSync(path.join(folder, data), 0o700);
    const server = await startEmbedded({ dir: folder, port: null, ephemeral: true });
    const standby = await queryAt(
      server.urlFor('app'),
      'select pg_is_in_recovery() as waits, taskqueue.check_identity() as state',
    );
    expect(standby.rows).toEqual([{ waits: true, state: 'known' }]);
    await queryAt(server.url, 'select pg_promote()');
    return server;
  }

  function handOver(folder: string, { uid, gid }: fs.Stats): void {
    fs.chownSync(folder, uid, gid);
    for (const entry of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      fs.lchownSync(path.join(folder, entry), uid, gid);
  }
});

test('a copy is held once, when it is asked for, and its queues run again when they are resumed', async () => {
  // Each test's database is a copy of a template.
  await db.pool.query(`select taskqueue.add(url => '/x', name => 'asked-for', transactional => false)`);
  await db.pool.query(`select taskqueue.run_task('default', 'asked-for')`);
  await db.pool.query(`select taskqueue.create_job('default', 'run', 1, filter => '{}')`);
  expect(await value(db.pool, 'select taskqueue.check_identity()')).toBe('copied');
  expect(await value(db.pool, 'select taskqueue.pause_copied_queues()')).toBe(1);
  expect(await row(db.pool, `select state, paused_reason from taskqueue.queues where name = 'default'`)).toEqual({
    state: 'paused',
    paused_reason: 'this database is a copy: check its targets before resuming',
  });
  expect(await rows(db.pool, 'select * from taskqueue.advance_job((select max(id) from taskqueue.jobs))')).toEqual([]);
  expect(await rows(db.pool, 'select state, problem from taskqueue.jobs')).toEqual([
    { state: 'cancelled', problem: 'this database is a copy' },
  ]);
  expect(await rows(db.pool, `select * from taskqueue.claim_forced_tasks('default', 5)`)).toEqual([]);
  await db.pool.query(`select taskqueue.resume_queue('default')`);
  expect(await value(db.pool, 'select taskqueue.pause_copied_queues()')).toBe(0);
  expect(await value(db.pool, `select state from taskqueue.queues where name = 'default'`)).toBe('running');
});
