// Behind a pooler in transaction mode, nothing may rely on a session, claim to work, or leave a lock behind.

import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { TaskQueues } from '../../src/index.ts';
import { CONNECTION_LIMITS } from '../../src/postgres/connection-limits.ts';
import { DirectClient } from '../../src/postgres/direct-client.ts';
import { keepsBackends } from '../../src/postgres/keeps-backends.ts';
import { requireOwnBackend, SharedBackend } from '../../src/postgres/own-backend.ts';
import { PinnedSession } from '../../src/postgres/pinned-session.ts';
import { PrimaryClient } from '../../src/postgres/primary-client.ts';
import { LOCKS, MIGRATION_LOCK } from '../../src/schema/locks.ts';
import { checkSchema } from '../../src/schema/migrate/migrate.ts';
import { lockMigrations } from '../../src/schema/migrate/migration-lock.ts';
import { run } from '../cli/command.ts';
import { bareDatabase, queryAt } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { rows } from '../support/sql.ts';
import { openTransactionPooler } from './transaction-pooler.ts';

const database = useDatabase();
const closing: (() => unknown)[] = [];
beforeAll(() => database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function pooler(size?: number) {
  const opened = await openTransactionPooler(database.url, size);
  closing.push(opened.close);
  return opened;
}

async function client(url: string): Promise<PrimaryClient> {
  const made = new PrimaryClient({ connectionString: url, ...CONNECTION_LIMITS });
  closing.push(() => made.end());
  await made.connect();
  return made;
}

const locks = () =>
  rows(
    database.pool,
    `select classid, objid, pid from pg_locks
     where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  );

test('a direct connection has its own server process, even among many', async () => {
  const clients = await Promise.all(Array.from({ length: 5 }, () => client(database.url)));
  const pids = await Promise.all(clients.map(requireOwnBackend));
  expect(new Set(pids).size).toBe(5);
});

test('statements are prepared on direct connections only', async () => {
  const settings = (connectionString: string) => ({ connectionString, ...CONNECTION_LIMITS });
  expect(await keepsBackends(settings(database.url))).toBe(true);
  expect(await keepsBackends(settings((await pooler(2)).url))).toBe(false);
  await expect(keepsBackends(settings('postgres://127.0.0.1:1/none'))).rejects.toThrow();
});

test.each([1, 2, 4])('a pooler with %i connections is detected, idle and busy', async (size) => {
  const { url } = await pooler(size);
  await expect(client(url).then(requireOwnBackend)).rejects.toBeInstanceOf(SharedBackend);
  const others = await Promise.all([client(url), client(url)]);
  let busy = true;
  const noise = others.map(async (other) => {
    while (busy) await other.query('select pg_sleep(0.002)');
  });
  for (let i = 0; i < 10; i++) await expect(client(url).then(requireOwnBackend)).rejects.toBeInstanceOf(SharedBackend);
  busy = false;
  await Promise.all(noise);
});

test('a pooler in session mode is accepted', async () => {
  const opened = await pooler(20);
  opened.keepSessions();
  expect(await client(opened.url).then(requireOwnBackend)).toBeGreaterThan(0);
});

describe('the dispatcher', () => {
  test('does not start, says why, and leaves no lock behind', async () => {
    const { url } = await pooler();
    const { code, stdout, stderr } = await run(['serve', '--port', '0'], { env: { DATABASE_URL: url } });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /a pooler shares the server process .* connect directly, or through a pooler in session mode/,
    );
    expect(await locks()).toEqual([]);
  });

  test('that meets one later takes no lock there, says so, and works again without it', async () => {
    const opened = await pooler(20);
    opened.keepSessions();
    const warn = vi.fn();
    const logger = { debug() {}, info() {}, warn, error() {} };
    const delivered: string[] = [];
    const target = (request: Request) => {
      delivered.push(new URL(request.url).pathname);
      return new Response();
    };
    const dispatcher = new Dispatcher({ database: opened.url, targets: { default: target }, logger, pollSeconds: 0.1 });
    closing.push(() => dispatcher.stop({ deadlineSeconds: 1 }));
    await dispatcher.start();
    opened.share();
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and pid in (select pid from pg_locks where locktype = 'advisory')`,
    );
    await eventually(() =>
      expect(warn.mock.calls.some(([, fields]) => fields?.error instanceof SharedBackend)).toBe(true),
    );
    expect(await locks()).toEqual([]);
    await database.pool.query(`select taskqueue.add(url => '/waits', transactional => false)`);
    opened.keepSessions();
    await eventually(() => expect(delivered).toEqual(['/waits']));
  });
});

test('an ending session releases locks and channels, even if a pooler passes on its server process without a reset', async () => {
  const opened = await pooler(3);
  opened.keepSessions();
  const session = await PinnedSession.open({ connectionString: opened.url }, () => {});
  await session.query(`select pg_advisory_lock(${LOCKS.dispatcher}, 7)`);
  opened.handOn();
  await session.close();
  await eventually(() => expect(opened.handedOn()).toBe(1));
  expect(await locks()).toEqual([]);
});

test('doctor says so, and fails', async () => {
  const { url } = await pooler();
  const { code, stdout } = await run(['doctor'], { env: { DATABASE_URL: url } });
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL {2}connection: a pooler shares its server process between transactions/);
});

test('a lease call that waits polls every second instead, and warns once', async () => {
  const { url } = await pooler();
  const warned: string[] = [];
  const hear = (warning: Error) => warned.push(warning.message);
  process.on('warning', hear);
  closing.push(() => process.off('warning', hear));
  const queues = new TaskQueues({ database: url });
  closing.push(() => queues.close());
  const leased = queues.queue('pull').leaseTasks({ leaseSeconds: 60, maxTasks: 1, waitSeconds: 30 });
  await after(1_500);
  const since = performance.now();
  await database.pool.query(`select taskqueue.add('pull', payload => 'x')`);
  expect(await leased).toHaveLength(1);
  expect(performance.now() - since).toBeLessThan(20_000); // the call waits half a minute
  expect(await locks()).toEqual([]);
  expect(warned).toEqual([expect.stringContaining('waiting lease calls poll every second')]);
});

describe('migrate', () => {
  test('works through it, concurrently with another, and leaves neither a lock nor a role behind', async () => {
    const bare = await bareDatabase();
    const { url, close } = await openTransactionPooler(bare.url);
    const ran = await Promise.all([
      run(['migrate'], { env: { DATABASE_URL: url } }),
      run(['migrate'], { env: { DATABASE_URL: url } }),
    ]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    expect(ran[0]?.stderr).toContain('could not create the schema of the scheduler');
    expect((await checkSchema(bare.url)).ok).toBe(true);
    const left = await bare.query(
      `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(left.rowCount).toBe(0);
    const logins = await Promise.all(
      Array.from({ length: 6 }, () => queryAt(url, 'select current_user::text as role')),
    );
    expect(logins.flatMap(({ rows }) => rows).every(({ role }) => role === 'postgres')).toBe(true);
    await close();
  });

  test('waits for the session that holds the lock, names it, and reports the timeout', async () => {
    const { url } = await pooler();
    const holder = await database.client();
    await holder.query(`set application_name = 'report'; select pg_advisory_lock(${MIGRATION_LOCK})`);
    const { code, stderr } = await run(['migrate', '--wait', '1s'], { env: { DATABASE_URL: url } });
    expect([code, stderr]).toEqual([75, expect.stringMatching(/timed out after 1 s waiting for pid \d+ \(report\)/)]);
    await holder.end();
    expect(await locks()).toEqual([]);
  });

  test('does not continue after it has lost its lock', async () => {
    const bare = await bareDatabase();
    const client = await directClient(bare.url);
    const unlock = await lockMigrations(client, { waitSeconds: 1, log: () => {} });
    const ended = new Promise((resolve) => client.once('end', resolve));
    await bare.query(
      `select pg_terminate_backend(l.pid) from pg_locks as l join pg_database as d on d.oid = l.database
       where d.datname = current_database() and l.locktype = 'advisory' and l.objid = ${MIGRATION_LOCK}`,
    );
    await ended;
    await unlock();
  });
});

async function directClient(url: string): Promise<DirectClient> {
  const client = new DirectClient(url);
  await client.connect();
  return client;
}
