// Whatever is done through PgBouncer, and however it ends: nothing stays on the server processes that its clients share.

import type { Socket } from 'node:net';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Deferred } from '../../src/deferred.ts';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { TaskQueues } from '../../src/index.ts';
import { Listener } from '../../src/postgres/listener.ts';
import { SharedBackend } from '../../src/postgres/own-backend.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { createServer } from '../../src/server/server.ts';
import { PullWorker } from '../../src/worker.ts';
import { run, start } from '../cli/command.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { value } from '../support/sql.ts';
import { hasPgBouncer, openPgBouncer } from './pgbouncer.ts';
import { leftOnBackends } from './pooled-backends.ts';

const SIZE = 3;
const database = useDatabase();
const closing: (() => unknown)[] = [];

let url: string;
let pool: pg.Pool;
let queues: TaskQueues;

beforeAll(() => database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function behindPgBouncer(): Promise<void> {
  const bouncer = await openPgBouncer(database.url, 'transaction', SIZE);
  url = bouncer.url;
  pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  queues = new TaskQueues({ database: pool });
  closing.push(
    bouncer.close,
    () => pool.end(),
    () => queues.close(),
  );
}

/** The work in a transaction of the application, which then ends with the statement. */
async function inTransaction(work: (client: pg.PoolClient) => Promise<unknown>, end = 'commit'): Promise<void> {
  const client = await pool.connect();
  client.on('error', () => {});
  try {
    await client.query('begin');
    await work(client);
    await client.query(end);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

const refused = (call: Promise<unknown>) => expect(call).rejects.toThrow();
const socketOf = (client: pg.ClientBase) => (client as unknown as { connection: { stream: Socket } }).connection.stream;

/** The process of a statement that waits for a lock. */
const waiting = () =>
  eventually(() =>
    value<number>(
      database.pool,
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    ),
  );

/** While nobody can write tasks. */
async function locked(work: () => Promise<unknown>): Promise<void> {
  const client = await database.client();
  await client.query('begin; lock table taskqueue._tasks');
  try {
    await work();
  } finally {
    await client.query('rollback');
  }
}

/** An add whose statement is ended by an operator. */
const endedBy = (call: string) =>
  locked(async () => {
    const adding = refused(queues.add({ url: '/ended' }));
    await database.pool.query(`select ${call}($1)`, [await waiting()]);
    await adding;
  });

const pull = () => queues.queue('pull');

const USES: Record<string, () => Promise<unknown>> = {
  'adds of every kind': async () => {
    const deferred = new Deferred(queues);
    const act = deferred.register('act', (_text: string) => {});
    await queues.add({ url: '/own' });
    await queues.add([{ url: '/a' }, { url: '/b', name: `b-${Date.now()}` }]);
    await act.defer(['short']);
    await act.defer(['x'.repeat(150_000)]); // stored beside its task
    await inTransaction(async (transaction) => {
      await queues.add({ url: '/committed' }, { transaction });
      await act.defer(['x'.repeat(150_000)], { transaction });
    });
    await inTransaction((transaction) => queues.add({ url: '/rolled-back' }, { transaction }), 'rollback');
  },
  'adds that are refused': async () => {
    await refused(queues.queue('missing').add({}));
    await refused(inTransaction((transaction) => queues.add({ name: 'named' }, { transaction })));
    const six = Array.from({ length: 6 }, () => ({ url: '/six' }));
    await refused(inTransaction((transaction) => queues.add(six, { transaction })));
    await refused(queues.add({ url: '/late' }, { transaction: await database.client() }));
  },
  'a cursor that waits for its transaction': () =>
    inTransaction(async (transaction) => {
      const busy = transaction.query('select pg_sleep(0.01)'); // so that the add takes the guarded way
      await Promise.all([busy, queues.add({ url: '/guarded' }, { transaction })]);
    }),
  'leases, renewed, failed and finished': async () => {
    for (const payload of ['a', 'b', 'c', 'd']) await pull().add({ payload });
    const [a, b, c] = await pull().leaseTasks({ leaseSeconds: 60, maxTasks: 3 });
    if (!a || !b || !c) throw new Error('three tasks must be leased');
    await pull().modifyTaskLease(a, 120);
    await pull().modifyTaskLease(b, 0, { error: 'no paper' });
    await inTransaction((transaction) => pull().deleteTask(a, { transaction }));
    await pull().deleteTasks([c]);
    await refused(pull().modifyTaskLease(c, 60));
  },
  'a lease call that waits, and one that is given up': async () => {
    await pull().purge();
    expect(await pull().leaseTasks({ leaseSeconds: 60, waitSeconds: 0.1 })).toEqual([]);
    const given = new AbortController();
    const leasing = pull().leaseTasks({ leaseSeconds: 60, waitSeconds: 60, signal: given.signal });
    given.abort();
    await leasing.catch(() => {});
  },
  'a worker whose handlers succeed and fail': async () => {
    await pull().add([{ payload: 'good' }, { payload: 'bad' }]);
    const handled: string[] = [];
    const worker = new PullWorker({
      ...{ database: pool, queue: 'pull', logger: silentLogger, waitSeconds: 0.1 },
      handler: async (task, { finish }) => {
        handled.push(Buffer.from(task.payload).toString());
        if (handled.at(-1) === 'bad') throw new Error('bad');
        await inTransaction((transaction) => finish({ transaction }));
      },
    });
    await worker.start();
    await eventually(() => expect(handled.toSorted()).toEqual(['bad', 'good']));
    await worker.stop();
  },
  'services that need a connection of their own': async () => {
    await refused(new Dispatcher({ database: url, logger: silentLogger }).start());
    let shared = 0;
    const count = (_: string, { error }: { error?: unknown } = {}) => void (error instanceof SharedBackend && shared++);
    const logger = { ...silentLogger, debug: count, warn: count };
    const scheduler = new Scheduler({ database: url, logger });
    const listener = new Listener({ database: { connectionString: url }, logger, clock: systemClock });
    listener.on('taskqueue_queues', () => {});
    await Promise.all([scheduler.start(), listener.start()]);
    await eventually(() => expect(shared).toBeGreaterThanOrEqual(2));
    await Promise.all([scheduler.stop(), listener.stop()]);
  },
  'a server of HTTP alone': async () => {
    const server = createServer({ database: url, port: 0, roles: ['http'], logger: silentLogger });
    await server.start();
    const name = `projects/p/locations/l/queues/q${Date.now()}`;
    const create = { method: 'POST', body: JSON.stringify({ name }), headers: { 'content-type': 'application/json' } };
    expect((await fetch(`${server.url}/v2/projects/p/locations/l/queues`, create)).status).toBe(200);
    expect((await fetch(`${server.url}/console`)).status).toBe(200);
    await server.stop();
  },
  commands: async () => {
    const env = { DATABASE_URL: url };
    expect(await run(['tasks', 'add', 'pull', '--payload', 'x'], { env })).toMatchObject({ code: 0 });
    expect(await run(['tasks', 'lease', 'pull'], { env })).toMatchObject({ code: 0 });
    expect(await run(['queues', 'pause', 'pull', '--reason', 'tests'], { env })).toMatchObject({ code: 0 });
    await run(['queues', 'resume', 'pull'], { env });
    expect(await run(['migrate'], { env })).toMatchObject({ code: 0 });
    expect(await run(['doctor'], { env })).toMatchObject({ code: 1 });
    expect(await run(['serve', '--port', '0'], { env })).toMatchObject({ code: 1 });
  },
  'a worker that is killed': async () => {
    await pull().purge();
    await pull().add({ payload: 'x' });
    const worker = start(['worker', 'pull', '--exec', 'sleep 2'], { env: { DATABASE_URL: url } });
    const leased = () => value(database.pool, `select name from taskqueue.tasks where state = 'leased'`);
    await eventually(leased);
    worker.kill('SIGKILL');
    await worker.ran;
  },
  'a statement that is cancelled': () => endedBy('pg_cancel_backend'),
  'a server process that is ended': () => endedBy('pg_terminate_backend'),
  'a call that times out': () =>
    locked(async () => {
      const hasty = new pg.Pool({ connectionString: url, query_timeout: 100 });
      hasty.on('error', () => {});
      await refused(new TaskQueues({ database: hasty }).add({ url: '/late' }));
      await hasty.end();
    }),
  'a client that dies in its transaction': async () => {
    const client = new pg.Client(url);
    client.on('error', () => {});
    await client.connect();
    await client.query('begin');
    await queues.add({ url: '/dies' }, { transaction: client });
    socketOf(client).destroy();
  },
  'a client that dies within a statement': () =>
    locked(async () => {
      const client = new pg.Client(url);
      client.on('error', () => {});
      await client.connect();
      const adding = refused(client.query(`select taskqueue.add(url => '/dies', transactional => false)`));
      await waiting();
      socketOf(client).destroy();
      await adding;
    }),
};

describe.skipIf(!hasPgBouncer)('nothing is left by', () => {
  test.each(Object.entries(USES))('%s', async (_, use) => {
    await behindPgBouncer();
    await use();
    expect(await leftOnBackends(url, SIZE, database.url)).toEqual([]);
  });

  test.each([
    [`set work_mem = '3MB'`, 'work_mem=3072'],
    ['select pg_advisory_lock(7, 8)', 'lock 7 8'],
    ['listen planted', 'channel planted'],
    ['prepare planted as select 1', 'prepared planted'],
    ['create temporary table planted ()', 'table planted'],
    ['declare planted cursor with hold for select 1', 'cursor planted'],
    ['set role taskqueue_viewer', 'role taskqueue_viewer'],
    [`set taskqueue.actor = 'ada'`, 'actor ada'],
  ])('this would be seen: %s', async (statement, seen) => {
    await behindPgBouncer();
    await pool.query(statement);
    expect(await leftOnBackends(url, SIZE, database.url)).toContain(seen);
  });
});
