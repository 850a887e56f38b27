// A led queue takes two advisory locks, and a server's lock table is limited: dispatchers lead what fits, log the rest,
// and leave room for other applications.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { lockTable } from '../../src/schema/doctor/lock-table-check.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { eventually } from '../support/eventually.ts';

const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from, TEST_DATABASE_URL } = process.env;
const QUEUES = 400;

let server: EmbeddedServer;
let pool: pg.Pool;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-locks-'));

beforeAll(async () => {
  if (TEST_DATABASE_URL) return;
  fs.chmodSync(dir, 0o755);
  const settings = { max_locks_per_transaction: '12', max_connections: '30' };
  server = await startEmbedded({ dir, port: null, ephemeral: true, user, from, settings });
  await migrate(server.url);
  pool = new pg.Pool({ connectionString: server.url, max: 4 });
  pool.on('error', () => {}); // the server ends while it closes
  for (let n = 0; n < QUEUES; n++) await pool.query(`select taskqueue.create_queue($1)`, [`q${n}`]);
});

afterAll(async () => {
  await pool?.end();
  await server?.stop();
  fs.rmSync(dir, { recursive: true, force: true });
});

/** How many queues are led, and by how many dispatchers. */
const led = async () =>
  (
    await pool.query<{ queues: number; leaders: number }>(
      `select count(*)::integer as queues, count(distinct pid)::integer as leaders from taskqueue.locks where lock = 'leader'`,
    )
  ).rows[0];

/** An application's transaction that locks a hundred tables. */
async function lockManyTables(): Promise<void> {
  const client = await pool.connect();
  await client.query('begin');
  for (let n = 0; n < 100; n++)
    await client.query(`create temporary table t${n} (a integer primary key) on commit drop`);
  await client.query('commit');
  client.release();
}

test.skipIf(TEST_DATABASE_URL)('dispatchers lead what fits, say so, and leave room to others', async () => {
  const warnings: string[] = [];
  const logger = { info() {}, error() {}, warn: (message: string) => void warnings.push(message), debug() {} };
  const delivered: string[] = [];
  const options = {
    database: server.url,
    logger,
    targets: {
      default: (request: Request) => {
        delivered.push(request.headers.get('x-appengine-queuename') ?? '');
        return new Response(null);
      },
    },
  };
  const dispatchers = [new Dispatcher(options), new Dispatcher(options)];
  try {
    for (const dispatcher of dispatchers) await dispatcher.start();
    await eventually(async () => expect((await led())?.queues).toBeGreaterThan(200));
    expect(warnings.filter((warning) => warning.includes('max_locks_per_transaction')).length).toBeGreaterThan(0);
    await lockManyTables();
    const leads = await pool.query(`select queue from taskqueue.locks where lock = 'leader' order by queue limit 20`);
    for (const { queue } of leads.rows)
      await pool.query('select from taskqueue.add($1, transactional => false)', [queue]);
    await eventually(() => delivered.length >= leads.rows.length);
    expect((await led())?.queues).toBeLessThan(QUEUES);
    expect(await lockTable(pool)).toMatchObject({
      level: 'warn',
      detail: expect.stringMatching(/^401 queues, but room for the locks of only \d+: the others have no leader$/),
      remedy: expect.stringMatching(/^Raise max_locks_per_transaction from 12 to \d+ or more/),
    });
  } finally {
    for (const dispatcher of dispatchers) await dispatcher.stop({ deadlineSeconds: 1 });
  }
});

test.skipIf(TEST_DATABASE_URL)('a lock table that others have filled costs no leadership', async () => {
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('select pg_advisory_lock(7, n) from generate_series(1, 300) as n').catch(() => {});
  const dispatcher = new Dispatcher({ database: server.url, targets: { default: () => new Response(null) } });
  try {
    await dispatcher.start();
    expect((await led())?.queues).toBeGreaterThan(0);
  } finally {
    await dispatcher.stop({ deadlineSeconds: 1 });
    await client.end();
  }
});
