// The databases of the cells: clones of one template, each with an identity of its own, on a server with room for the
// connections of a hundred cells.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { freePort } from '../../src/embedded/ports.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { installScheduler } from '../../src/scheduler/install.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { ours } from '../contenders/ours.ts';
import { Databases, type FreshDatabase } from '../databases.ts';
import { type BenchServer, startServer } from '../server.ts';

export interface CellServer {
  server: BenchServer;
  /** Connection strings of its databases. */
  urls: string[];
}

/** As many queues in each database as there are cells beside it, so that one can hold the load of all. */
export const QUEUES = 16;
const CREATE_QUEUES = `select taskqueue.create_queue('load-' || n, rate => '500/s', bucket_size => 500)
  from generate_series(0, ${QUEUES - 1}) as n`;

/** Lends a server with databases, which are made once: after each measurement they are as empty as before. */
export async function withCellServer<T>(count: number, work: (server: CellServer) => Promise<T>): Promise<T> {
  const server = await startServer({ max_connections: '2000' });
  const databases = new Databases(server);
  const fill = async ({ url }: FreshDatabase) => {
    await queryOnce(url, CREATE_QUEUES);
    await installScheduler(url, silentLogger); // or each cell would do so when it is first served
  };
  const lend = (urls: string[]): Promise<T> => {
    if (urls.length === count) return work({ server, urls });
    const more = async ({ url }: FreshDatabase) => {
      await migrate(url, { newIdentity: true });
      return lend([...urls, url]);
    };
    return databases.use(ours, more, { name: 'cells', fill });
  };
  try {
    return await lend([]);
  } finally {
    await server.stop();
  }
}

async function queryOnce(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A database on a server of its own, which can die and come back at the same address. */
export interface LonelyDatabase {
  url: string;
  /** Ends the server as a crash does. */
  die(): Promise<void>;
  /** Resolves when it accepts connections again. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function startLonely(): Promise<LonelyDatabase> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgtaskqueue-bench-cell-'));
  fs.chmodSync(dir, 0o755);
  const port = await freePort(0);
  const start = () => startEmbedded({ dir, port });
  let server = await start();
  await createDatabase(server.url, 'cell');
  const url = server.urlFor('cell');
  await migrate(url);
  await queryOnce(url, CREATE_QUEUES);
  await installScheduler(url, silentLogger);
  return {
    url,
    die: async () => {
      process.kill(server.pid, 'SIGQUIT');
      await server.stop();
    },
    comeBack: async () => {
      server = await start();
      if (server.urlFor('cell') !== url) throw new Error(`the server came back at ${server.url}`);
    },
    stop: async () => {
      await server.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
