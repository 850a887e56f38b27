// idle and many: a dispatcher with a hundred or ten thousand queues and nothing to do. Measures how soon it leads them,
// how soon a single task is handled, and the cost of waiting.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TaskQueues } from '../../src/index.ts';
import { Dispatcher } from '../../src/server.ts';
import type { Bench, Sample, Setting } from '../bench.ts';
import { ours } from '../contenders/ours.ts';
import type { FreshDatabase } from '../databases.ts';
import { serverCpuSeconds } from '../meter.ts';
import { PAYLOAD } from '../payload.ts';
import { percentile, runRounds } from '../rounds.ts';
import type { BenchServer } from '../server.ts';

const SETTLE_MS = 3_000;
/** Pause between single tasks, long enough for everything to sleep again. */
const PAUSE_MS = { least: 20, most: 60 };

export const idle = waiting('idle', 100);
export const many = waiting('many', 10_000);

function waiting(name: string, queues: number): Bench {
  return async (setting) => {
    const cells = await runRounds(setting, [{ label: 'ours', run: () => waitingRun(setting, queues) }]);
    const { p50 = Number.NaN, p99 = Number.NaN, 'queries/minute': perMinute = Number.NaN, ...more } = cells.ours ?? {};
    const metrics = {
      [`${name}_latency_p50_ms`]: { ours: p50 },
      [`${name}_latency_p99_ms`]: { ours: p99 },
      [`${name}_queries_per_minute`]: { ours: perMinute },
      [`${name}_server_cpu_ms_per_s`]: { ours: more['server cpu ms/s'] ?? Number.NaN },
      [`${name}_seconds_to_lead`]: { ours: more['seconds to lead'] ?? Number.NaN },
    };
    return { cells, metrics };
  };
}

function waitingRun({ server, databases, short }: Setting, queues: number): Promise<Sample> {
  const fill = { name: `idle_${queues}`, fill: (database: FreshDatabase) => createQueues(database, queues) };
  const run = async ({ url, connect }: FreshDatabase) => {
    const database = new URL(url).pathname.slice(1);
    await server.admin.query(`alter database ${database} set pg_stat_statements.track = 'top'`);
    const handled = new Map<string, (at: number) => void>();
    const dispatcher = new Dispatcher({ database: url, targets: { default: (request) => note(request, handled) } });
    const started = performance.now();
    await dispatcher.start();
    const secondsToLead = (performance.now() - started) / 1000;
    await sleep(SETTLE_MS);
    const cost = await costOfWaiting(server, database, short ? 12 : 60);
    const latencies = await addSingly(await connect(), queues, handled, short ? 150 : 400);
    await dispatcher.stop();
    return { ...latencies, ...cost, 'seconds to lead': secondsToLead };
  };
  return databases.use(ours, run, fill);
}

async function createQueues({ url }: FreshDatabase, count: number): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const queues = new TaskQueues({ database: pool });
  for (let index = 0; index < count; index++) await queues.createQueue(`q${index}`, { rate: '500/s', bucketSize: 100 });
  await pool.end();
}

function note(request: Request, handled: Map<string, (at: number) => void>): Response {
  handled.get(request.headers.get('x-appengine-taskname') ?? '')?.(performance.now());
  return new Response(null);
}

/** Counts the statements that the dispatcher sends while nothing is due, and their cost for the server. */
async function costOfWaiting({ admin, pid }: BenchServer, database: string, seconds: number): Promise<Sample> {
  const count = async () => {
    const text = `select coalesce(sum(calls), 0)::float8 as calls from pg_stat_statements
      where toplevel and dbid = (select oid from pg_database where datname = $1)`;
    return (await admin.query(text, [database])).rows[0].calls as number;
  };
  const [calls, cpu] = [await count(), serverCpuSeconds(pid)];
  await sleep(seconds * 1000);
  return {
    'queries/minute': ((await count()) - calls) * (60 / seconds),
    'server cpu ms/s': ((serverCpuSeconds(pid) - cpu) * 1000) / seconds,
  };
}

/**
 * Adds tasks to the queues in turn, each after the previous one was handled. Returns the milliseconds from the
 * acknowledged commit to the handler.
 */
async function addSingly(
  client: pg.Client,
  queues: number,
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
    await client.query({ name: 'add', text, values: [`q${index % queues}`, PAYLOAD, name] });
    const committed = performance.now();
    const at = await called;
    fromCommit.push(Math.max(0, at - committed)); // the notification may arrive before the acknowledgement
    fromCall.push(at - start);
  }
  return {
    p50: percentile(fromCommit, 0.5),
    p99: percentile(fromCommit, 0.99),
    'p50 with the add': percentile(fromCall, 0.5),
    'p99 with the add': percentile(fromCall, 0.99),
  };
}
