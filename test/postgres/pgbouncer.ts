// A real PgBouncer in front of the test server, where it is installed.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/embedded/ports.ts';
import { eventually } from '../support/eventually.ts';
import { addressOf, withPort } from '../support/route.ts';

export type PoolMode = 'session' | 'transaction' | 'statement';

export interface PgBouncer {
  /** Connection string of the same database through PgBouncer. */
  url: string;
  close(): Promise<void>;
}

const PROGRAM = '/usr/sbin/pgbouncer';

export const hasPgBouncer = spawnSync(PROGRAM, ['--version']).status === 0;
if (!hasPgBouncer) console.warn('skipped: PgBouncer, because it is not installed');

/** @param size the number of connections to PostgreSQL */
export async function openPgBouncer(databaseUrl: string, mode: PoolMode, size = 3): Promise<PgBouncer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-pgbouncer-'));
  fs.chmodSync(folder, 0o755);
  const port = await freePort(0);
  const file = path.join(folder, 'pgbouncer.ini');
  fs.writeFileSync(file, settings(databaseUrl, mode, size, port));
  const program = spawn(PROGRAM, ['-q', file], { stdio: ['ignore', 'ignore', 'inherit'], ...notRoot(databaseUrl) });
  const kill = () => program.kill('SIGKILL');
  process.once('exit', kill); // if the tests are interrupted
  const url = withPort(databaseUrl, port);
  const close = async () => {
    const exited = once(program, 'exit');
    program.kill('SIGTERM');
    await exited;
    process.off('exit', kill);
    fs.rmSync(folder, { recursive: true });
  };
  try {
    await eventually(() => reach(url));
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

/** It refuses to run as root; the owner of the server's socket may connect to it. */
function notRoot(databaseUrl: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const { path: socket } = addressOf(databaseUrl) as { path?: string };
  const { uid, gid } = socket ? fs.statSync(path.dirname(socket)) : { uid: 65534, gid: 65534 };
  return uid === 0 ? { uid: 65534, gid: 65534 } : { uid, gid };
}

function settings(databaseUrl: string, mode: PoolMode, size: number, port: number): string {
  const { host, path: socket, port: at } = addressOf(databaseUrl) as { host?: string; path?: string; port?: number };
  const { user, password } = new pg.Client(databaseUrl);
  const folder = socket && path.dirname(socket);
  const server = folder ? `host=${folder} port=${socket.split('.').at(-1)}` : `host=${host} port=${at}`;
  const login = password ? `user=${user} password=${password}` : `user=${user}`;
  return [
    '[databases]',
    `* = ${server} ${login}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    `default_pool_size = ${size}`,
    'max_client_conn = 200',
    '',
  ].join('\n');
}

async function reach(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select');
  } finally {
    await client.end();
  }
}
