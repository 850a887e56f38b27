// console: pages of the console over many queues, tasks and attempts: the time that the server takes for each, what it
// weighs, and what fifty open tabs cost.

import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { createServer } from '../../src/server.ts';
import type { Bench, Sample, Setting } from '../bench.ts';
import { ours } from '../contenders/ours.ts';
import type { FreshDatabase } from '../databases.ts';
import { serverCpuSeconds } from '../meter.ts';
import { percentile, runRounds } from '../rounds.ts';

const FULL = { queues: 1_000, tasks: 5_000_000, attempts: 10_000_000 };
const SHORT_SHARE = 50;
const TASKS_PER_CALL = 100;
const TABS = 50;
const GOAL = { ms: 100, bytes: 150_000 };

const PAGES: Record<string, string> = {
  queues: '/queues',
  queue: '/queues/load-1',
  tasks: '/queues/load-1/tasks',
  'tasks filtered': '/queues/load-1/tasks?q=url%3A%2Fnowhere',
  task: '/queues/load-1/tasks/needle',
  dead: '/dead',
  tombstones: '/tombstones',
  cron: '/cron',
  dispatchers: '/dispatchers',
  targets: '/targets',
  tokens: '/tokens',
  health: '/health',
  audit: '/audit',
  add: '/add',
};

export const consolePages: Bench = async (setting) => {
  const size = setting.short ? shortened() : FULL;
  const pages = Object.keys(PAGES);
  const run = () => consoleRun(setting, size);
  const found = (await runRounds(setting, [{ label: 'console', run }])).console ?? {};
  const cells = Object.fromEntries(
    pages.map((page) => [
      page,
      {
        'p50 ms': found[`${page} p50`] as number,
        'p95 ms': found[`${page} p95`] as number,
        'kB compressed': (found[`${page} bytes`] as number) / 1000,
      },
    ]),
  );
  const above = pages.filter(
    (page) => (found[`${page} p50`] as number) > GOAL.ms || (found[`${page} bytes`] as number) > GOAL.bytes,
  );
  return {
    cells: {
      ...cells,
      tabs: {
        'refreshes/s': found.refreshes as number,
        'server cpu ms/s': found.serverCpu as number,
        'process cpu ms/s': found.processCpu as number,
      },
    },
    metrics: {
      console_slowest_page_ms: { ours: Math.max(...pages.map((page) => found[`${page} p50`] as number)) },
      console_heaviest_page_kb: { ours: Math.max(...pages.map((page) => found[`${page} bytes`] as number)) / 1000 },
      console_refreshes_per_second: { ours: found.refreshes as number },
    },
    notes: [
      `${size.queues} queues, ${size.tasks} tasks, ${size.attempts} attempts`,
      above.length === 0 ? 'every page is within its goal' : `above the goal: ${above.join(', ')}`,
    ],
  };
};

function shortened(): typeof FULL {
  const { queues, tasks, attempts } = FULL;
  return { queues: queues / SHORT_SHARE, tasks: tasks / SHORT_SHARE, attempts: attempts / SHORT_SHARE };
}

function consoleRun({ server, databases, short }: Setting, size: typeof FULL): Promise<Sample> {
  const filled = { name: `console_${size.tasks}`, fill: (database: FreshDatabase) => fillDatabase(database, size) };
  const run = async ({ url, connect }: FreshDatabase) => {
    const client = await connect();
    await client.query('analyze');
    const database = new URL(url).pathname.slice(1);
    await server.admin.query(`alter database ${database} set pg_stat_statements.track = 'top'`);
    const under = createServer({
      database: url,
      port: 0,
      roles: ['http'],
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await under.start();
    try {
      const sample: Sample = {};
      for (const [page, path] of Object.entries(PAGES))
        Object.assign(sample, await timePage(page, `${under.url}/console${path}`, short ? 10 : 30));
      return { ...sample, ...(await openTabs(under.url, server, database, short ? 8 : 30)) };
    } finally {
      await under.stop();
    }
  };
  return databases.use(ours, run, filled);
}

const assets = new Map<string, number>();

/** The styles and scripts of a page, which a browser keeps. */
async function assetBytes(url: string, page: string): Promise<number> {
  const found = [...page.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map(
    ([, file]) => new URL(file ?? '', url).href,
  );
  for (const file of found) {
    if (!assets.has(file)) assets.set(file, gzipSync(await (await fetch(file)).text()).length);
  }
  return found.reduce((sum, file) => sum + (assets.get(file) ?? 0), 0);
}

async function timePage(page: string, url: string, times: number): Promise<Sample> {
  const taken: number[] = [];
  let bytes = 0;
  for (let i = 0; i < times; i += 1) {
    const began = performance.now();
    const response = await fetch(url);
    const body = await response.text();
    taken.push(performance.now() - began);
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    bytes = gzipSync(body).length + (await assetBytes(url, body));
  }
  const warm = taken.slice(1); // the first one compiles statements
  return { [`${page} p50`]: percentile(warm, 0.5), [`${page} p95`]: percentile(warm, 0.95), [`${page} bytes`]: bytes };
}

async function openTabs(
  url: string,
  { admin, pid }: Setting['server'],
  database: string,
  seconds: number,
): Promise<Sample> {
  const closing = new AbortController();
  for (let tab = 0; tab < TABS; tab += 1) void listen(`${url}/console/live?page=%2Fqueues`, closing.signal);
  await sleep(3_000);
  await admin.query('select pg_stat_statements_reset()');
  const [cpu, own, began] = [serverCpuSeconds(pid), process.cpuUsage(), performance.now()];
  await sleep(seconds * 1_000);
  const took = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(own);
  const { rows } = await admin.query(
    `select coalesce(sum(s.calls), 0)::float8 as calls from pg_stat_statements as s where s.query like '%live_queues%' and s.toplevel
     and s.dbid = (select d.oid from pg_database as d where d.datname = $1)`,
    [database],
  );
  const sample = {
    refreshes: rows[0].calls / took,
    serverCpu: ((serverCpuSeconds(pid) - cpu) * 1_000) / took,
    processCpu: (user + system) / 1_000 / took,
  };
  closing.abort();
  return sample;
}

async function listen(url: string, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    for await (const _ of response.body ?? []); // as a tab reads
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function fillDatabase({ connect }: FreshDatabase, { queues, tasks, attempts }: typeof FULL): Promise<void> {
  const client = await connect();
  await client.query(`select taskqueue.create_queue('load-' || i) from generate_series(1, ${queues}) as i`);
  await client.query(`select taskqueue.set_target('default', 'http://127.0.0.1:1')`);
  await client.query(`do $$
    declare
      batch constant jsonb := (select jsonb_agg(jsonb_build_object('url', '/load/' || i)) from generate_series(1, ${TASKS_PER_CALL}) as i);
    begin
      for i in 1..${Math.ceil(tasks / TASKS_PER_CALL)} loop
        perform taskqueue.add_tasks('load-' || 1 + i % ${queues}, batch, transactional => false);
        commit;
      end loop;
    end $$`);
  await client.query(`select taskqueue.add('load-1', name => 'needle', url => '/needle', transactional => false)`);
  await client.query(`insert into taskqueue._attempts (queue_id, ended, attempt, status, seconds, name, reason, response)
    select q.id, now() - make_interval(secs => i * 86000.0 / ${attempts}), 1, 503, 0.5, 'task-' || i, 'App Error', 'too many connections'
    from generate_series(1, ${attempts}) as i
    join (select id, row_number() over (order by id) as number from taskqueue._queues) as q on q.number = 1 + i % ${queues}`);
  await client.query('vacuum analyze');
}
