// The world of the soak test: a dedicated PostgreSQL, servers and workers in separate processes behind separate
// networks, and a target.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { eventually } from '../support/eventually.ts';
import { type TcpProxy, tcpProxy } from '../support/tcp-proxy.ts';
import type { Ledger } from './ledger.ts';

const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
const MAIN = path.resolve(import.meta.dirname, '../../src/main.ts');
const WORKER = path.resolve(import.meta.dirname, '../worker/recording-process.ts');
/** Maximum number of concurrent requests of the narrow queue. */
export const NARROW = 3;
const PUSH_QUEUES = ['broad', 'narrow', 'patient'];

/** Runs inside the functions, which have their own rights and search_path. */
const WATCH = `
  create table handled (name text not null, at timestamptz not null default clock_timestamp());
  create table deletions (name text, url text, attempts integer, at timestamptz not null default clock_timestamp());
  create function take_down() returns trigger language plpgsql security definer as $$
  begin
    insert into public.deletions values (coalesce(old.name, taskqueue._name(old.id, old.created)), old.url, old.attempts);
    return null;
  end $$;
  create trigger take_down after delete on taskqueue._tasks for each row execute function take_down()`;

/** A process that a fault may hit. */
export interface Program {
  name: string;
  /** The role it is logged in as. */
  role: string;
  proxy: TcpProxy;
  child: ChildProcess;
  start(): ChildProcess;
  /** hit: killed, stopped or cut off, so that it cannot work; since: milliseconds since 1970. */
  state: { is: 'well' | 'hit'; since: number };
}

export interface World {
  server: EmbeddedServer;
  pool: pg.Pool;
  servers: Program[];
  workers: Program[];
  target: Target;
  end(): Promise<void>;
}

/** The handler of push queues: one request in ten fails, one in ten is slow. */
interface Target {
  url: string;
  /** The highest number of concurrent requests of the narrow queue. */
  most(): number;
  close(): void;
}

async function startTarget(ledger: Ledger): Promise<Target> {
  let narrow = 0;
  let most = 0;
  const server = http.createServer(async (request, response) => {
    const at = Date.now();
    const key = request.url as string;
    const isNarrow = request.headers['x-appengine-queuename'] === 'narrow';
    if (isNarrow) most = Math.max(most, ++narrow);
    const luck = Math.random();
    if (luck > 0.9 || isNarrow) await sleep(luck * (isNarrow ? 100 : 300));
    const status = luck < 0.1 ? 500 : 200;
    ledger.attempts.push({ key, retryCount: Number(request.headers['x-appengine-taskretrycount']), at, status });
    if (isNarrow) narrow -= 1;
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return { url, most: () => most, close: () => server.close().closeAllConnections() };
}

export async function makeWorld(dir: string, ledger: Ledger): Promise<World> {
  const settings = { synchronous_commit: 'on', restart_after_crash: 'on' };
  const server = await startEmbedded({ dir, port: null, ephemeral: true, settings, user, from });
  await migrate(server.url);
  const pool = new pg.Pool({ connectionString: server.url, max: 5 });
  pool.on('error', () => {});
  const target = await startTarget(ledger);
  await pool.query(WATCH);
  await pool.query(`select taskqueue.set_target('default', $1)`, [target.url]);
  await pool.query(
    `select taskqueue.create_queue('broad', rate => '500/s', bucket_size => 100),
            taskqueue.create_queue('patient', rate => '500/s', bucket_size => 100, retry => '{"min_backoff_seconds": 1}'),
            taskqueue.create_queue('narrow', rate => '500/s', bucket_size => 100, max_concurrent_requests => ${NARROW}),
            taskqueue.create_queue('pull', mode => 'pull')`,
  );
  const world: World = { server, pool, target, servers: [], workers: [], end };
  for (const n of [1, 2, 3])
    world.servers.push(await startProgram(world, `server_${n}`, 'taskqueue_server', startServer));
  // A server whose database fails while it starts ends, and here nobody starts it again.
  await Promise.all(world.servers.map(({ child }) => once(child.stdout as Readable, 'data')));
  for (const n of [1, 2]) world.workers.push(await startProgram(world, `worker_${n}`, 'taskqueue_worker', startWorker));
  await pool.query('grant insert on handled to worker_1, worker_2');
  await eventually(async () => (await leaders(pool)).size === PUSH_QUEUES.length + 2);
  return world;

  async function end(): Promise<void> {
    for (const { child } of [...world.servers, ...world.workers]) await kill(child);
    for (const { proxy } of [...world.servers, ...world.workers]) await proxy.close();
    target.close();
    await pool.end();
    await server.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function startProgram(
  { server, pool }: World,
  name: string,
  role: string,
  start: (database: string) => ChildProcess,
): Promise<Program> {
  await pool.query(`create role ${name} login password 'soak' in role ${role}`);
  const url = new URL(server.url);
  url.username = name;
  url.password = 'soak';
  const proxy = await tcpProxy(url.href);
  const launch = () => start(proxy.url);
  return { name, role: name, proxy, child: launch(), start: launch, state: { is: 'well', since: Date.now() } };
}

function startServer(database: string): ChildProcess {
  const environment = { ...process.env, DATABASE_URL: database, PGTASKQUEUE_PORT: '0' };
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: environment,
    stdio: ['ignore', 'pipe', process.env.SOAK_LOG ? fs.openSync(process.env.SOAK_LOG, 'a') : 'ignore'],
  });
  child.stdout?.resume();
  return child;
}

function startWorker(database: string): ChildProcess {
  return spawn(process.execPath, [WORKER, database, 'pull'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Kills a process, even a stopped one. */
export async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  child.kill('SIGCONT');
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
}

/** The role that leads each queue. */
export async function leaders(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query(`select queue, role from taskqueue.locks where lock = 'leader' and exclusive`);
  return new Map(rows.map(({ queue, role }) => [queue, role]));
}
