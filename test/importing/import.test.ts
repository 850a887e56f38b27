// Backlogs that pg-boss, graphile-worker and BullMQ themselves have made are imported, whole and once.

import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { Logger, makeWorkerUtils, run as runGraphile } from 'graphile-worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../cli/command.ts';
import type { Queue as BullQueue } from '../clients/node_modules/bullmq/dist/esm/index.js';
import type { PgBoss as PgBossClass } from '../clients/node_modules/pg-boss/dist/index.js';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { rows, value } from '../support/sql.ts';

const require = createRequire(new URL('../clients/package.json', import.meta.url));
const db = useDatabase();
const JOBS = 10_000;
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.warn('skipped: the import from BullMQ, because redis-server is not installed');

interface Peer {
  name: 'pg-boss' | 'graphile-worker' | 'bullmq';
  /** Makes 10 000 jobs of the queue `Send_mail` that wait, one of them for tomorrow, and one that is being worked on. */
  make(): Promise<{ source: string; stop(): Promise<unknown> }>;
}

const payload = (n: number) => ({ n, text: 'Grüße ?$1:x\\', big: 0 });
const TOMORROW = () => new Date(Date.now() + 86_400_000);

async function makePgBoss() {
  const { PgBoss } = require('pg-boss') as { PgBoss: typeof PgBossClass };
  const boss = new PgBoss({ connectionString: db.url, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('Send_mail');
  await boss.send('Send_mail', { active: true });
  await boss.fetch('Send_mail'); // it is being worked on from now on
  await boss.insert(
    'Send_mail',
    Array.from({ length: JOBS - 1 }, (_, n) => ({ data: payload(n) })),
  );
  await boss.send('Send_mail', payload(JOBS - 1), { startAfter: TOMORROW() });
  await boss.send('Send_mail', { far: true }, { startAfter: new Date(Date.now() + 40 * 86_400_000) });
  return { source: db.url, stop: () => boss.stop({ graceful: false }) };
}

async function makeGraphile() {
  const utils = await makeWorkerUtils({ connectionString: db.url });
  await utils.migrate();
  await utils.addJob('Send_mail', { active: true });
  const working = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  const runner = await runGraphile({
    connectionString: db.url,
    concurrency: 1,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      Send_mail: () => {
        working.resolve();
        return ending.promise;
      },
    },
  });
  await working.promise;
  await utils.addJobs(Array.from({ length: JOBS - 1 }, (_, n) => ({ identifier: 'Send_mail', payload: payload(n) })));
  await utils.addJob('Send_mail', payload(JOBS - 1), { runAt: TOMORROW() });
  await utils.addJob('Send_mail', { far: true }, { runAt: new Date(Date.now() + 40 * 86_400_000) });
  const stop = async () => {
    ending.reject(new Error('the test is over'));
    await runner.stop().catch(() => {});
    await utils.release();
  };
  return { source: db.url, stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function makeBull() {
  const { Queue, Worker } = require('bullmq') as typeof import('../clients/node_modules/bullmq/dist/esm/index.js');
  const { Redis } = require('ioredis');
  const port = await freePort();
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  const connection = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null });
  connection.on('error', () => {});
  await eventually(async () => expect(await connection.ping()).toBe('PONG'));
  const queue: BullQueue = new Queue('Send_mail', { connection });
  await queue.add('welcome', { active: true });
  const worker = new Worker('Send_mail', undefined, { connection });
  await worker.getNextJob('token');
  await worker.close();
  const some = (from: number, count: number, opts: object) =>
    queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: 'welcome', data: payload(from + n), opts })));
  await some(0, 5_000, {});
  await some(5_000, 2_000, { priority: 3 });
  await queue.pause();
  await some(7_000, JOBS - 7_001, {});
  await queue.add('welcome', payload(JOBS - 1), { delay: 86_400_000, jobId: 'an.own-id' });
  await queue.add('welcome', { far: true }, { delay: 40 * 86_400_000 });
  const stop = async () => {
    await queue.close();
    connection.disconnect();
    server.kill();
  };
  return { source: `redis://127.0.0.1:${port}`, stop };
}

const PEERS: Peer[] = [
  { name: 'pg-boss', make: makePgBoss },
  { name: 'graphile-worker', make: makeGraphile },
  { name: 'bullmq', make: makeBull },
];

describe.each(PEERS)('from $name', ({ name, make }) => {
  const here = name !== 'bullmq' || hasRedis;
  const queue = `from-${name}`;
  let made: Awaited<ReturnType<Peer['make']>>;
  beforeAll(async () => {
    if (here) made = await make();
  });
  afterAll(() => made?.stop());

  const command = (...more: string[]) =>
    run(['import', '--from', name, '--source', 'env:SOURCE', '--queue', `Send_mail=${queue}`, '--json', ...more], {
      env: { DATABASE_URL: db.url, SOURCE: made.source },
    });
  const imported = () =>
    value<string>(
      db.pool,
      `select count(*) from taskqueue._tasks as t join taskqueue._queues as q
    on q.id = t.queue_id where q.name = $1`,
      [queue],
    );

  test.runIf(here)('10 000 jobs are imported, once', async () => {
    const counts = { from: 'Send_mail', queue, waiting: JOBS + 1, too_far: 1, active: 1 };
    const dry = await command('--dry-run');
    expect(JSON.parse(dry.stdout)).toEqual([{ ...counts, imported: 0, before: 0 }]);
    expect(dry.stderr).toContain(`Missing queues: ${queue}`);
    expect((await command()).code).toBe(2);
    expect(JSON.parse((await command('--create-queues')).stdout)).toEqual([{ ...counts, imported: JOBS, before: 0 }]);
    expect(await imported()).toBe(String(JOBS));
    expect(JSON.parse((await command()).stdout)).toEqual([{ ...counts, imported: 0, before: JOBS }]);
    expect(await imported()).toBe(String(JOBS));
  });

  test.runIf(here)('with their payloads, and for their time', async () => {
    const [sum] = await rows(
      db.pool,
      `select count(distinct b.body ->> 'n')::integer as payloads, min(b.body ->> 'text') as text,
         count(*) filter (where t.due > now() + interval '1 hour')::integer as later,
         min(b.body ->> 'n') filter (where t.due > now() + interval '1 hour') as last,
         max(coalesce(t.tag, '')) as tag
       from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id,
         lateral (select convert_from(t.body, 'UTF8')::jsonb as body) as b
       where q.name = $1`,
      [queue],
    );
    expect(sum).toEqual({
      payloads: JOBS,
      text: payload(0).text,
      later: 1,
      last: String(JOBS - 1),
      tag: name === 'bullmq' ? 'welcome' : '',
    });
  });
});

test('a number that JavaScript would round is imported as it is', async () => {
  const big = '12345678901234567890';
  await db.pool.query(`insert into pgboss.job (name, data) values ('Send_mail', '{"big": ${big}}')`);
  const { code } = await run(['import', '--from', 'pg-boss', '--source', db.url, '--queue', 'Send_mail=from-pg-boss'], {
    env: { DATABASE_URL: db.url },
  });
  expect(code).toBe(0);
  const found = `select count(*) from taskqueue._tasks where convert_from(body, 'UTF8') like '%${big}%'`;
  expect(await value(db.pool, found)).toBe('1');
});

test.each<[string[], string]>([
  [['--from', 'sidekiq', '--source', 'x'], 'Allowed choices are pg-boss, graphile-worker, bullmq'],
  [['--from', 'pg-boss', '--source', 'env:NOT_SET'], '--source must be readable, got env:NOT_SET'],
  [['--from', 'pg-boss', '--source', 'env:DATABASE_URL', '--queue', 'mail'], 'Expected theirs=ours.'],
])('%j is bad usage', async (args, message) => {
  const { code, stderr } = await run(['import', ...args], { env: { DATABASE_URL: db.url } });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
