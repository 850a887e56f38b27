// idle: a dispatcher with 100 queues and nothing to do. How soon a single task is handled, and how many queries it takes to wait.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TaskQueues } from '../../src/index.ts';
import { Dispatcher } from '../../src/server.ts';
import type { Bench, Sample, Setting } from '../bench.ts';
import { ours } from '../contenders/ours.ts';
import type { FreshDatabase } from '../databases.ts';
import { PAYLOAD } from '../payload.ts';
import { percentile, runRounds } from '../rounds.ts';
import type { BenchServer } from '../server.ts';

const QUEUES = 100;
const SETTLE_MS = 3_000;
/** Between single tasks: long enough that all is asleep again. */
const PAUSE_MS = { least: 20, most: 60 };

export const idle: Bench = async (setting) => {
  await setting.server.admin.query('create extension if not exists pg_stat_statements');
  const cells = await runRounds(setting, [{ label: 'ours', run: () => idleRun(setting) }]);
  const { p50 = Number.NaN, p99 = Number.NaN, 'queries/minute': queries = Number.NaN } = cells.ours ?? {};
  const metrics = {
    idle_latency_p50_ms: { ours: p50 },
    idle_latency_p99_ms: { ours: p99 },
    idle_queries_per_minute: { ours: queries },
  };
  return { cells, metrics };
};

function idleRun({ server, databases, short }: Setting): Promise<Sample> {
  const fill = { name: 'idle', fill: createQueues };
  const run = async ({ url, connect }: FreshDatabase) => {
    const database = new URL(url).pathname.slice(1);
    await server.admin.query(`alter database ${database} set pg_stat_statements.track = 'top'`);
    const handled = new Map<string, (at: number) => void>();
    const dispatcher = new Dispatcher({ database: url, targets: { default: (request) => note(request, handled) } });
    await dispatcher.start();
    await sleep(SETTLE_MS);
    const perMinute = await queriesPerMinute(server, database, short ? 12 : 60);
    const latencies = await addSingly(await connect(), handled, short ? 150 : 400);
    await dispatcher.stop();
    return { ...latencies, 'queries/minute': perMinute };
  };
  return databases.use(ours, run, fill);
}

async function createQueues({ url }: FreshDatabase): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const queues = new TaskQueues({ database: pool });
  for (let index = 0; index < QUEUES; index++)
    await queues.createQueue(`q${index}`, { rate: '500/s', bucketSize: 100 });
  await pool.end();
}

function note(request: Request, handled: Map<string, (at: number) => void>): Response {
  handled.get(request.headers.get('x-appengine-taskname') ?? '')?.(performance.now());
  return new Response(null);
}

/** Statements that the dispatcher sends while nothing is due. */
async function queriesPerMinute({ admin }: BenchServer, database: string, seconds: number): Promise<number> {
  const count = async () => {
    const text = `select coalesce(sum(calls), 0)::float8 as calls from pg_stat_statements
      where toplevel and dbid = (select oid from pg_database where datname = $1)`;
    return (await admin.query(text, [database])).rows[0].calls as number;
  };
  const before = await count();
  await sleep(seconds * 1000);
  return ((await count()) - before) * (60 / seconds);
}

/** Adds tasks to queues in turn, each when the one before has been handled. Milliseconds from the answer to the commit to the handler. */
async function addSingly(
  client: pg.Client,
  handled: Map<string, (at: number) => void>,
  count: number,
): Promise<Sample> {
  const fromCommit: number[] = [];
  const fromCall: number[] = [];
  for (let index = 0; index < count; index++) {
    await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
    const name = `single-${index}`;
    const called = new Promise<number>((resolve) => handled.set(name, resolve));
    const start = performance.now();
    const text = 'select taskqueue.add($1, payload => $2, name => $3, transactional => false)';
    await client.query({ name: 'add', text, values: [`q${index % QUEUES}`, PAYLOAD, name] });
    const committed = performance.now();
    const at = await called;
    fromCommit.push(Math.max(0, at - committed)); // the notification may be faster than the answer
    fromCall.push(at - start);
  }
  return {
    p50: percentile(fromCommit, 0.5),
    p99: percentile(fromCommit, 0.99),
    'p50 with the add': percentile(fromCall, 0.5),
    'p99 with the add': percentile(fromCall, 0.99),
  };
}
