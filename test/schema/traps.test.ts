// Superuser connections to a database whose search_path is full of traps: nothing that this package does triggers one.

import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { createServer } from '../../src/server/server.ts';
import { runHere } from '../cli/command.ts';
import { openPooler } from '../postgres/pooler.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { resultsOfCalls, runDispatcher, runWorker } from './sample-calls.ts';
import { setTraps, sprung } from './traps.ts';

const database = useDatabase();
let watcher: pg.Client;
let pool: pg.Pool;

beforeAll(async () => {
  watcher = await database.client();
  await setTraps(watcher);
  pool = new pg.Pool({ connectionString: database.url, max: 3 });
});

afterAll(() => pool.end());

afterEach(async () => {
  const found = await sprung(watcher);
  await watcher.query(`delete from trap.log`);
  await watcher.query(`select pg_catalog.setval('trap.sprung', 1, false)`);
  expect(found).toEqual({ names: [], times: 0 });
});

test('they can be triggered', async () => {
  await pool.query(`select unnest('{1}'::integer[]), 1 + 1, 'x'::text, now()`);
  const { names, times } = await sprung(watcher);
  expect(names).toEqual(expect.arrayContaining(['unnest(integer[])', 'type text', 'now()']));
  expect(names.filter((name) => name.startsWith('operator'))).toHaveLength(1);
  expect(times).toBe(4);
  await watcher.query(`delete from trap.log`);
  await watcher.query(`select pg_catalog.setval('trap.sprung', 1, false)`);
});

test('by a dispatcher', () => runDispatcher(database.url, pool));

test('by a dispatcher whose settings a pooler drops', async () => {
  const pooler = await openPooler(database.url, 'drop');
  await new TaskQueues({ database: pool }).deleteQueue('acts');
  await runDispatcher(pooler.url, pool, 'acts-2');
  await pooler.close();
});

test('by a worker', () => runWorker(pool));

test('by a scheduler', async () => {
  const scheduler = new Scheduler({ database: database.url, logger: silentLogger });
  await scheduler.runOnce();
  await scheduler.maintain();
  await scheduler.start();
  const known = 'select from taskqueue_cron._private_known_crontabs';
  await eventually(async () => expect((await watcher.query(known)).rowCount).toBe(2)); // its library is at work
  await scheduler.stop();
});

test('by an application', () => resultsOfCalls(pool));

test('by an application in a transaction of its own, and by one that waits for work', async () => {
  const queues = new TaskQueues({ database: pool, preparedStatements: true });
  const client = await pool.connect();
  await client.query('begin');
  await queues.add({ url: '/in' }, { transaction: client });
  await client.query('commit');
  client.release();
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await kysely.transaction().execute((transaction) => queues.add({ url: '/in' }, { transaction }));
  await queues.createQueue('waited', { mode: 'pull' });
  expect(await queues.queue('waited').leaseTasks({ leaseSeconds: 60, maxTasks: 1, waitSeconds: 0.3 })).toEqual([]);
  await queues.close();
});

test('by a server and its callers', async () => {
  const server = createServer({ database: database.url, port: 0, token: 'secret', logger: silentLogger });
  await server.start();
  const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
  const ask = async (path: string, method = 'GET', body?: unknown) => {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${server.url}${path}`, { method, headers, ...given })).status;
  };
  await new TaskQueues({ database: pool }).createQueue('rest-2', { mode: 'pull' });
  const tasks = '/taskqueue/v1beta2/projects/p/taskqueues/rest-2/tasks';
  const task = { payloadBase64: 'cGF5', queueName: 'rest-2', id: 'one', tag: 't' };
  expect(await ask('/readyz')).toBe(200);
  expect(await ask(tasks, 'POST', task)).toBe(200);
  expect(await ask(tasks)).toBe(200);
  expect(await ask(`${tasks}/lease?numTasks=1&leaseSecs=60`, 'POST')).toBe(200);
  expect(await ask(`${tasks}/one`)).toBe(200);
  expect(await ask(`${tasks}/one`, 'DELETE')).toBeLessThan(300);
  expect(await ask('/taskqueue/v1beta2/projects/p/taskqueues/rest-2?getStats=true')).toBe(200);
  await server.stop();
});

test.each([
  ['migrate', '--check'],
  ['doctor'],
  ['verify'],
  ['queues', 'create', 'by-hand', '--mode', 'pull'],
  ['queues', 'list'],
  ['queues', 'describe', 'by-hand'],
  ['queues', 'pause', 'by-hand', '--reason', 'lunch'],
  ['queues', 'resume', 'by-hand'],
  ['queues', 'export'],
  ['tasks', 'add', '--queue', 'by-hand', '--name', 'one', '--payload', 'x'],
  ['tasks', 'list', '--queue', 'by-hand'],
  ['tasks', 'explain', 'one', '--queue', 'by-hand'],
  ['tasks', 'lease', '--queue', 'by-hand', '--lease-seconds', '60'],
  ['tasks', 'describe', 'one', '--queue', 'by-hand'],
  ['tasks', 'delete', 'one', '--queue', 'by-hand'],
  ['tasks', 'dead', '--queue', 'by-hand'],
  ['queues', 'purge', 'by-hand', '--yes'],
  ['queues', 'delete', 'by-hand', '--yes'],
  ['targets', 'set', 'backend', 'http://127.0.0.1:9'],
  ['targets', 'list'],
  ['keys', 'rotate', 'default', '--reference', 'env:KEY'],
  ['tokens', 'create', 'ada@example.com'],
  ['tokens', 'list'],
  ['cron', 'list'],
  ['audit'],
])('by the command %s %s', async (...command) => {
  const { code, stderr } = await runHere([...command, '--database-url', database.url]);
  expect([code, stderr]).toEqual([command[0] === 'doctor' ? 1 : 0, stderr]); // no dispatcher is connected
});
