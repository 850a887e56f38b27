// cells: one `serve` with several databases. What each costs while nothing happens, how soon tasks are delivered beside
// one database with the same load, and what the others notice when one dies.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Cell, compare, metricsOf, type Sample } from '../bench.ts';
import { type CellServer, QUEUES, startLonely, withCellServer } from '../cells/databases.ts';
import { type Lane, Load, Target } from '../cells/load.ts';
import { Child } from '../child.ts';
import { processCpuSeconds, serverCpuSeconds } from '../meter.ts';
import { percentile, runRounds } from '../rounds.ts';

const SERVE = new URL('../cells/serve.ts', import.meta.url).pathname;
/** New connections and the first of each periodic statement cost more than those that follow. */
const SETTLE_MS = 20_000;
/** Tasks a second of each cell, or of each queue of the one database. */
const PER_SECOND = 10;
const CELLS = QUEUES;

/** Cron entries are checked every minute, so what idles is watched for a whole one. */
const IDLE_SECONDS = 60;

export const cells: Bench = async (setting) => {
  const loadSeconds = setting.short ? 10 : 60;
  const idle = setting.short ? [1, CELLS] : [1, CELLS, 100];
  return withCellServer(Math.max(...idle), async (server) => {
    const measured = await runRounds(setting, [
      ...idle.map((count) => idleCell(server, count)),
      loadCell(server, 'cells', CELLS, loadSeconds),
      loadCell(server, 'one database', 1, loadSeconds),
      deathCell(server, loadSeconds),
    ]);
    const idleOf = (name: string) => ({ ours: measured[`idle ${CELLS}`]?.[name] ?? Number.NaN });
    const died = measured['one of them dies'] ?? {};
    const [before = Number.NaN, meanwhile = Number.NaN] = [died['p99 ms'], died['p99 ms meanwhile']];
    const metrics = metricsOf({
      cells_idle_cpu_percent: idleOf('own CPU %'),
      cells_idle_server_cpu_percent: idleOf('server CPU %'),
      cells_idle_connections: idleOf('connections/cell'),
      cells_p50_vs_one: compare(measured, 'p50 ms', 'cells', 'one database'),
      cells_p99_vs_one: compare(measured, 'p99 ms', 'cells', 'one database'),
      cells_p99_while_one_is_dead: { ours: meanwhile, before, ratio: meanwhile / before },
      cells_seconds_to_deliver_again: { ours: died['s to deliver again'] ?? Number.NaN },
    });
    return { cells: measured, metrics };
  });
};

function idleCell({ server, urls: all }: CellServer, count: number): Cell {
  const run = async () => {
    const urls = all.slice(0, count);
    const serve = await Child.start(SERVE, [sourceOf(urls), 'http://127.0.0.1:9']);
    await untilReady(String(serve.ready));
    await sleep(SETTLE_MS);
    const cpu = cpuOf(serve, server.pid);
    await sleep(IDLE_SECONDS * 1000);
    const sample = cpu();
    const names = urls.map((url) => new URL(url).pathname.slice(1));
    const open = 'select count(*)::int as open from pg_stat_activity where datname = any($1)';
    const connections = (await server.admin.query(open, [names])).rows[0].open / count;
    await stop(serve);
    return { ...sample, 'connections/cell': connections };
  };
  return { label: `idle ${count}`, run };
}

/** The same load in all: a lane for each queue of one database, or for one queue of each. */
function loadCell({ server, urls: all }: CellServer, label: string, count: number, seconds: number): Cell {
  const run = async () => {
    const urls = all.slice(0, count);
    const lanes = Array.from({ length: CELLS }, (_, n) => ({ url: urls[n % count] as string, queue: `load-${n}` }));
    return underLoad(urls, lanes, async (load, serve) => {
      const cpu = cpuOf(serve, server.pid);
      const from = performance.now();
      await sleep(seconds * 1000);
      const sample = cpu();
      return { ...sample, ...percentiles(await load.latencies(from, performance.now())) };
    });
  };
  return { label, run };
}

function deathCell({ urls: all }: CellServer, seconds: number): Cell {
  const run = async () => {
    const urls = all.slice(0, CELLS - 1);
    const lonely = await startLonely();
    try {
      const lanes = [...urls, lonely.url].map((url) => ({ url, queue: 'load-0' }));
      return await underLoad([...urls, lonely.url], lanes, async (load) => {
        const others = ({ url }: Lane) => url !== lonely.url;
        const from = performance.now();
        await sleep(seconds * 1000);
        const died = performance.now();
        await lonely.die();
        await sleep(seconds * 1000);
        const [before, meanwhile] = [
          percentiles(await load.latencies(from, died, others)),
          percentiles(await load.latencies(died, performance.now(), others)),
        ];
        await lonely.comeBack();
        const back = performance.now();
        const again = await load.firstDelivery(lanes.at(-1) as Lane, back);
        return { ...before, 'p99 ms meanwhile': meanwhile['p99 ms'], 's to deliver again': (again - back) / 1000 };
      });
    } finally {
      await lonely.stop();
    }
  };
  return { label: 'one of them dies', run };
}

async function underLoad(
  urls: string[],
  lanes: Lane[],
  measure: (load: Load, serve: Child) => Promise<Sample>,
): Promise<Sample> {
  const target = await Target.open();
  const serve = await Child.start(SERVE, [sourceOf(urls), target.url]);
  const load = new Load(lanes, target, PER_SECOND);
  try {
    await Promise.all(lanes.map((lane) => load.firstDelivery(lane, 0)));
    await sleep(SETTLE_MS);
    return await measure(load, serve);
  } finally {
    await load.stop();
    await stop(serve);
    target.close();
  }
}

/** A server starts its cells while it listens. */
async function untilReady(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await sleep(1000);
  const listed = (await (await fetch(`${url}/cells`)).json()) as { ready: boolean }[] | object;
  if (!Array.isArray(listed) || listed.every(({ ready }) => ready)) return; // of one database there is no list
  await sleep(5000); // each answer is a connection to each database
  return untilReady(url);
}

/** One database is served as such, without a cell. */
function sourceOf(urls: string[]): string {
  if (urls.length === 1) return JSON.stringify({ database: urls[0] });
  return JSON.stringify({ cells: Object.fromEntries(urls.map((database, n) => [`cell-${n}`, { database }])) });
}

const percentiles = (latencies: number[]) => ({
  'p50 ms': percentile(latencies, 0.5),
  'p99 ms': percentile(latencies, 0.99),
});

/** Begins to count; the result tells the shares of a core since then. */
function cpuOf(serve: Child, postmaster: number): () => { 'own CPU %': number; 'server CPU %': number } {
  const now = () => [performance.now() / 1000, processCpuSeconds(serve.pid), serverCpuSeconds(postmaster)] as const;
  const [at, own, server] = now();
  return () => {
    const [nowAt, nowOwn, nowServer] = now();
    const percent = (seconds: number) => (seconds / (nowAt - at)) * 100;
    return { 'own CPU %': percent(nowOwn - own), 'server CPU %': percent(nowServer - server) };
  };
}

/** Lets it close its connections, which would keep the databases from being dropped. */
async function stop(serve: Child): Promise<void> {
  await serve.ask('stop');
  await serve.stop();
}
