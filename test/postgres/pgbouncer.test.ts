// Behind a real PgBouncer: what works, what says that it can't, and that nothing stays on its server processes.

import { once } from 'node:events';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { DatastoreError, TaskQueues } from '../../src/index.ts';
import { CONNECTION_LIMITS } from '../../src/postgres/connection-limits.ts';
import { keepsBackends } from '../../src/postgres/keeps-backends.ts';
import { ownPool } from '../../src/postgres/own-pool.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { checkSchema, migrate } from '../../src/schema/migrate/migrate.ts';
import { PullWorker } from '../../src/worker.ts';
import { run, start } from '../cli/command.ts';
import { aLogger } from '../handler/a-task-request.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { refusal, rows, value } from '../support/sql.ts';
import { hasPgBouncer, openPgBouncer, type PoolMode } from './pgbouncer.ts';
import { leftOnBackends } from './pooled-backends.ts';

const SIZE = 3;
const database = useDatabase();
const closing: (() => unknown)[] = [];

beforeAll(() => database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.pool.query(`select taskqueue.purge_queue('pull'), taskqueue.purge_queue('default')`);
});

async function bouncer(mode: PoolMode, to = database.url, size = SIZE): Promise<string> {
  const { url, close } = await openPgBouncer(to, mode, size);
  closing.push(close);
  return url;
}

/** An application's pool and queues; closed after the test. */
function application(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  const queues = new TaskQueues({ database: pool, waitingConnection: database.url });
  closing.push(async () => {
    await queues.close();
    await pool.end();
  });
  return { pool, queues, pull: queues.queue('pull') };
}

const counts = () =>
  rows(database.pool, `select queue, count(*)::integer as tasks from taskqueue.tasks group by queue order by queue`);

describe.skipIf(!hasPgBouncer)('an application', () => {
  test.each<PoolMode>(['transaction', 'session'])('adds tasks in %s mode', async (mode) => {
    const { pool, queues } = application(await bouncer(mode));
    await queues.add({ url: '/own' });
    await queues.add([{ url: '/batch' }, { url: '/batch' }]);
    const client = await pool.connect();
    await client.query('begin');
    await queues.add({ url: '/committed' }, { transaction: client });
    await client.query('commit');
    await client.query('begin');
    await queues.add({ url: '/rolled-back' }, { transaction: client });
    await client.query('rollback');
    client.release();
    expect(await rows(database.pool, 'select url from taskqueue.tasks order by url')).toEqual([
      { url: '/batch' },
      { url: '/batch' },
      { url: '/committed' },
      { url: '/own' },
    ]);
  });

  test.each<PoolMode>(['transaction', 'session'])('works on leased tasks in %s mode', async (mode) => {
    const { pull, pool } = application(await bouncer(mode));
    const waiting = pull.leaseTasks({ leaseSeconds: 60, maxTasks: 1, waitSeconds: 20 });
    await pull.add({ payload: 'waited for' });
    const [task] = await waiting;
    if (task === undefined) throw new Error('no task');
    expect(await pull.modifyTaskLease(task, 120)).toMatchObject({ name: task.name });
    expect(await pull.deleteTask(task)).toBe(true);
    for (const payload of ['a', 'b', 'c']) await pull.add({ payload });
    const worker = new PullWorker({ database: pool, queue: 'pull', handler: () => {}, logger: silentLogger });
    expect(await worker.runOnce()).toEqual({ done: 3, failed: 0, lost: 0 });
    await worker.stop();
    expect(await counts()).toEqual([]);
  });

  test('in statement mode has everything but transactions', async () => {
    const { pool, queues, pull } = application(await bouncer('statement'));
    await queues.add([{ url: '/a' }, { url: '/b' }]);
    await pull.add({ payload: 'x' });
    const [task] = await pull.leaseTasks({ leaseSeconds: 60 });
    expect(task && (await pull.deleteTask(task))).toBe(true);
    const client = await pool.connect();
    client.on('error', () => {});
    expect((await refusal(client.query('begin'))).message).toContain('statement pooling mode');
    client.release(true);
    expect(await counts()).toEqual([{ queue: 'default', tasks: 2 }]);
  });

  test.each(['directly', 'in session mode'])(
    'has its tasks delivered by a dispatcher that connects %s',
    async (how) => {
      const { queues } = application(await bouncer('transaction'));
      const at = how === 'directly' ? database.url : await bouncer('session', database.url, 12);
      const delivered: string[] = [];
      const target = (request: Request) => {
        delivered.push(new URL(request.url).pathname);
        return new Response();
      };
      // It polls once an hour: only a notification brings the task in time.
      const options = { targets: { default: target }, logger: silentLogger, pollSeconds: 3600 };
      const dispatcher = new Dispatcher({ database: at, ...options });
      closing.push(() => dispatcher.stop());
      await dispatcher.start();
      await eventually(async () =>
        expect(
          await value(database.pool, `select count(*) from taskqueue.dispatchers where 'default' = any(queues)`),
        ).toBe('1'),
      );
      await queues.add({ url: '/through' });
      await eventually(() => expect(delivered).toEqual(['/through']));
    },
  );
});

/** Errors have no properties of their own for JSON. */
const texts = (_: string, each: unknown) => (each instanceof Error ? each.message : each);

describe.skipIf(!hasPgBouncer)('prepared statements', () => {
  test.each<PoolMode>(['transaction', 'statement'])('are refused in %s mode, with the remedy', async (mode) => {
    const queues = new TaskQueues({ database: await bouncer(mode), preparedStatements: true });
    closing.push(() => queues.close());
    const adds = await Promise.allSettled(Array.from({ length: 20 }, () => queues.add({ url: '/prepared' })));
    const errors = adds.flatMap((add) => (add.status === 'rejected' ? [add.reason] : []));
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error).toBeInstanceOf(DatastoreError);
      expect(error.message).toContain('a pooler shares the server processes of these connections');
      expect(error.hint).toContain('Leave out preparedStatements');
    }
    // Whatever was reported as added is there, and nothing else.
    expect((await counts()).reduce((sum, { tasks }) => sum + Number(tasks), 0)).toBe(adds.length - errors.length);
  });

  test('work in session mode', async () => {
    const queues = new TaskQueues({ database: await bouncer('session', database.url, 10), preparedStatements: true });
    closing.push(() => queues.close());
    await Promise.all(Array.from({ length: 20 }, () => queues.add({ url: '/prepared' })));
    expect(await counts()).toEqual([{ queue: 'default', tasks: 20 }]);
  });
});

describe.skipIf(!hasPgBouncer).each<PoolMode>(['transaction', 'statement', 'session'])(
  'by default, in %s mode',
  (mode) => {
    test('no statement is prepared, and no call fails', async () => {
      const url = await bouncer(mode, database.url, 12);
      const queues = new TaskQueues({ database: url });
      closing.push(() => queues.close());
      for (let round = 0; round < 4; round++) {
        await Promise.all(Array.from({ length: 20 }, () => queues.add({ payload: 'unprepared' })));
      }
      expect(await counts()).toEqual([{ queue: 'default', tasks: 80 }]);
      const own = ownPool(url, undefined);
      closing.push(() => own.close());
      for (let n = 0; n < 15; n++) await own.query('select $1::integer as one', [n]);
      const left = await own.query(`select name from pg_prepared_statements where name like 'taskqueue%'`, []);
      expect(left.rows).toEqual([]);
    });
  },
);

const SHARED = 'a pooler shares the server process of this connection between transactions';
const REMEDY = 'connect directly, or through a pooler in session mode';

describe.skipIf(!hasPgBouncer).each<PoolMode>(['transaction', 'statement'])('in %s mode', (mode) => {
  test('a dispatcher does not start, a scheduler does not run, and both say why', async () => {
    const url = await bouncer(mode);
    const dispatcher = new Dispatcher({ database: url, logger: silentLogger });
    const { message } = await refusal(dispatcher.start());
    await dispatcher.stop();
    expect(message).toContain(SHARED);
    expect(message).toContain(REMEDY);
    const logger = aLogger();
    const scheduler = new Scheduler({ database: url, logger });
    await scheduler.start();
    await eventually(() => expect(JSON.stringify(logger.lines, texts)).toContain(SHARED));
    expect(scheduler.working).toBe(false);
    await scheduler.stop();
  });

  test('serve and doctor say what to do', async () => {
    const env = { DATABASE_URL: await bouncer(mode) };
    const served = await run(['serve', '--port', '0'], { env });
    expect([served.code, served.stdout]).toEqual([1, '']);
    expect(served.stderr).toContain(SHARED);
    expect(served.stderr).toContain('PGTASKQUEUE_DIRECT_URL');
    const checked = await run(['doctor'], { env });
    expect([checked.code, checked.stderr]).toEqual([1, '']);
    expect(checked.stdout).toContain('FAIL  connection: a pooler shares its server process between transactions');
    expect(checked.stdout).toContain('PGTASKQUEUE_DIRECT_URL');
  });

  test('commands for operators work', async () => {
    const env = { DATABASE_URL: await bouncer(mode) };
    expect(await run(['tasks', 'add', 'pull', '--payload', 'x'], { env })).toMatchObject({ code: 0 });
    expect((await run(['queues', 'list'], { env })).stdout).toMatch(/^pull +pull/m);
    expect(await run(['tasks', 'lease', 'pull'], { env })).toMatchObject({ code: 0 });
    expect(await run(['queues', 'pause', 'pull'], { env })).toMatchObject({ code: 0 });
    expect(await run(['queues', 'resume', 'pull'], { env })).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!hasPgBouncer).each([1, 2, 3, 8])('with %i connections', (size) => {
  test('many that ask at the same time find out, and none holds up the others', async () => {
    const url = await bouncer('transaction', database.url, size);
    const ask = () => keepsBackends({ connectionString: url, ...CONNECTION_LIMITS });
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(Array.from({ length: 4 }, ask));
      expect(answers).toEqual([false, false, false, false]);
    }
  });
});

describe.skipIf(!hasPgBouncer)('PGTASKQUEUE_DIRECT_URL', () => {
  test('leads serve and doctor past the pooler that applications use', async () => {
    const env = { DATABASE_URL: await bouncer('transaction'), PGTASKQUEUE_DIRECT_URL: database.url };
    const server = start(['serve', '--port', '0'], { env });
    closing.push(async () => {
      server.kill('SIGTERM');
      await server.ran;
    });
    const [line] = await once(server.stdout as NodeJS.ReadableStream, 'data');
    expect(String(line)).toMatch(/^Serving postgresql:/);
    const { stdout } = await run(['doctor'], { env });
    expect(stdout).toContain('ok    connection: it has a server process of its own');
    expect(stdout).toContain('ok    wake-ups');
  });

  test('leads migrate there, which then also creates the schema of the scheduler', async () => {
    const bare = await bareDatabase();
    const env = { DATABASE_URL: await bouncer('transaction', bare.url), PGTASKQUEUE_DIRECT_URL: bare.url };
    expect(await run(['migrate'], { env })).toMatchObject({ code: 0, stderr: '' });
    expect((await bare.query(`select from pg_namespace where nspname = 'taskqueue_cron'`)).rowCount).toBe(1);
  });
});

describe.skipIf(!hasPgBouncer)('migrate', () => {
  test('works in transaction mode, but for the schema of the scheduler', async () => {
    const bare = await bareDatabase();
    const url = await bouncer('transaction', bare.url);
    const { code, stderr } = await run(['migrate'], { env: { DATABASE_URL: url } });
    expect([code, stderr]).toEqual([0, expect.stringContaining(`without cron: ${SHARED}`)]);
    expect((await checkSchema(bare.url)).ok).toBe(true);
    expect(await leftOnBackends(url, SIZE, bare.url)).toEqual([]);
  });

  test('changes nothing in statement mode, and says why', async () => {
    const bare = await bareDatabase();
    const url = await bouncer('statement', bare.url);
    const { code, stderr } = await run(['migrate'], { env: { DATABASE_URL: url } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('a pooler in statement mode allows no transactions')]);
    expect(stderr).toContain('PGTASKQUEUE_DIRECT_URL');
    await expect(migrate(url)).rejects.toThrow('statement pooling mode');
    expect((await checkSchema(bare.url)).version).toBeNull();
  });
});
