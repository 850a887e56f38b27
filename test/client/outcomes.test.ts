// The outcome of an add without a transaction when the connection fails: not done or unknown, but never done when it
// may not be.

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { EnqueueOutcomeUnknown, TaskQueues, TransientError } from '../../src/index.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { rejection } from '../support/rejection.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();

describe('a connection that is lost while the add runs', () => {
  /** Starts an add that must wait, and terminates its connection. */
  async function lose(add: () => Promise<unknown>): Promise<unknown> {
    const blocker = await database.client();
    await blocker.query('begin');
    await blocker.query('lock table taskqueue._tasks');
    const outcome = rejection(add());
    const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    const pid = await eventually(
      async () => (await value(database.pool, `select (${waiting})`)) ?? Promise.reject(new Error('not yet')),
    );
    await database.pool.query('select pg_terminate_backend($1)', [pid]);
    const error = await outcome;
    await blocker.query('rollback');
    return error;
  }

  test('leaves the outcome unknown, and says which names to look up', async () => {
    const queues = new TaskQueues({ database: database.pool });
    const error = await lose(() => queues.add({ name: 'lost-1' }));
    expect(error).toBeInstanceOf(EnqueueOutcomeUnknown);
    expect(error).toMatchObject({ queueName: 'default', names: ['lost-1'], retryable: false });
    expect((error as Error).message).toContain('may or may not exist');
    expect((error as Error).message).toContain("'lost-1'");
    expect((error as Error).cause).toMatchObject({ code: '57P01' });
  });

  test('lists the names given in a batch', async () => {
    const queues = new TaskQueues({ database: database.pool });
    const error = await lose(() => queues.add([{ name: 'a' }, {}, { name: 'b' }]));
    expect(error).toMatchObject({ name: 'EnqueueOutcomeUnknown', names: ['a', 'b'] });
  });

  test('is also reported through Kysely', async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => {});
    const queues = new TaskQueues({ database: new Kysely({ dialect: new PostgresDialect({ pool }) }) });
    // Kysely's own listener guards a client that is in use.
    pool.on('connect', (client) => client.on('error', () => {}));
    expect(await lose(() => queues.add({ name: 'lost-2' }))).toBeInstanceOf(EnqueueOutcomeUnknown);
    await pool.end();
  });

  test('does not end the process or the pool', async () => {
    const queues = new TaskQueues({ database: database.url });
    expect(await lose(() => queues.add({}))).toBeInstanceOf(EnqueueOutcomeUnknown);
    expect((await queues.add({})).wasEnqueued).toBe(true);
    await queues.close();
    expect(await rejection(queues.add({}))).toBeInstanceOf(Error);
  });
});

describe('an unreachable database', () => {
  test('is a TransientError: nothing was sent', async () => {
    const port = await closedPort();
    for (const url of [`postgres://x@127.0.0.1:${port}/x`, `postgres://x@localhost:${port}/x`]) {
      const queues = new TaskQueues({ database: url });
      const error = await rejection(queues.add({}));
      expect(error).toBeInstanceOf(TransientError);
      expect(error).toMatchObject({ code: 2, retryable: true, sent: false });
      await queues.close();
    }
  });

  test('is a TransientError too if the pool has no free connection in time', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const held = await pool.connect();
    pool.options.connectionTimeoutMillis = 50; // from now on: the first connection may take its time
    expect(await rejection(new TaskQueues({ database: pool }).add({}))).toMatchObject({
      name: 'TransientError',
      sent: false,
    });
    held.release();
    await pool.end();
  });

  test('an ended pool is a bug of the application and not a TransientError', async () => {
    const pool = new pg.Pool({ connectionString: database.url });
    await pool.end();
    const error = await rejection(new TaskQueues({ database: pool }).add({}));
    expect(error).not.toBeInstanceOf(TransientError);
  });
});

describe('synchronous replication', () => {
  let server: Awaited<ReturnType<typeof startEmbedded>>;
  let dir: string;
  let pool: pg.Pool;
  let operator: pg.Client;

  beforeAll(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-sync-'));
    fs.chmodSync(dir, 0o755);
    const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
    server = await startEmbedded({ dir, port: null, ephemeral: true, user, from });
    await migrate(server.url);
    pool = new pg.Pool({ connectionString: server.url, options: '-c synchronous_commit=on' });
    pool.on('error', () => {});
    operator = new pg.Client(server.url);
    await operator.connect();
    await operator.query("alter system set synchronous_standby_names = 'nobody'");
    await operator.query('select pg_reload_conf()');
    await operator.query('set synchronous_commit = off');
    await eventually(async () => expect(await value(operator, 'show synchronous_standby_names')).toBe('nobody'));
  });

  afterAll(async () => {
    await operator.end();
    await pool.end();
    await server.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  test.for(['pg_cancel_backend', 'pg_terminate_backend'])(
    'a commit whose wait for the standby is ended by %s is unknown, although PostgreSQL reports success',
    async (end) => {
      const outcome = rejection(new TaskQueues({ database: pool }).add({ name: end }));
      const waiting = "select max(pid) from pg_stat_activity where wait_event = 'SyncRep'";
      const pid = await eventually(
        async () => (await value(operator, waiting)) ?? Promise.reject(new Error('not yet')),
      );
      await operator.query(`select ${end}($1)`, [pid]);
      expect(await outcome).toMatchObject({ name: 'EnqueueOutcomeUnknown', names: [end] });
      expect(await value(operator, 'select count(*)::int from taskqueue.tasks where name = $1', [end])).toBe(1);
    },
  );
});

async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
