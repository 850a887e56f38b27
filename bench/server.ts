// The PostgreSQL for all measurements: embedded, fresh, durable.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../src/embedded/postgres.ts';

/** A dedicated server, removed with its data when stopped. */
export interface BenchServer {
  /** Connection string of the database `postgres`, as superuser. */
  url: string;
  /** Connection string of another database, as superuser. */
  urlFor(database: string): string;
  /** The same as the contenders' role: not a superuser, whose rights PostgreSQL would not check. */
  plainUrlFor(database: string): string;
  /** Process id of the postmaster. */
  pid: number;
  /** A superuser's connection to the database `postgres`. */
  admin: pg.Client;
  stop(): Promise<void>;
}

// Settings for durability. Checkpoints run only when a bench requests one, so that they do not affect some measurements
// and not others.
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '1GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  max_locks_per_transaction: '512', // ten thousand queues (many)
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none', // unless a bench turns it on
};

/** The role that owns the databases of the contenders. */
export const PLAIN_ROLE = 'bench';

const SHOWN = [...Object.keys(SETTINGS).slice(0, 6), 'wal_sync_method', 'data_checksums', 'autovacuum'];

/** @param more settings */
export async function startServer(more: Record<string, string> = {}): Promise<BenchServer> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgtaskqueue-bench-'));
  fs.chmodSync(dir, 0o755);
  const server = await startEmbedded({ dir, port: null, settings: { ...SETTINGS, ...more } });
  const admin = new pg.Client(server.url);
  admin.on('error', () => {});
  await admin.connect();
  await admin.query('create extension pg_stat_statements');
  // Every contender creates its own schema, and pgtaskqueue its roles.
  await admin.query(`create role ${PLAIN_ROLE} login createrole password '${new URL(server.url).password}'`);
  return {
    url: server.url,
    urlFor: server.urlFor,
    plainUrlFor: (database) => server.urlFor(database).replace('//postgres:', `//${PLAIN_ROLE}:`),
    pid: server.pid,
    admin,
    stop: async () => {
      await admin.end();
      await server.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Describes the machine and the server's settings, for the output of a bench. */
export async function describeMachine({ admin }: BenchServer): Promise<string> {
  const { rows } = await admin.query(`select name, current_setting(name) as value from unnest($1::text[]) as name`, [
    SHOWN,
  ]);
  const settings = rows.map(({ name, value }) => `${name}=${value}`).join(' ');
  const version = (await admin.query('show server_version')).rows[0].server_version;
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}, PostgreSQL ${version}\n${settings}`;
}
