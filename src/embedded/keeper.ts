// Runs a shared PostgreSQL (kept-server.ts) in a process of its own, until nobody has been connected to it for a while.

import { setTimeout as sleep } from 'node:timers/promises';
import { onServer } from './on-server.ts';
import { startEmbedded } from './postgres.ts';

/** How a shared server is started if it does not run. */
export interface KeptServerOptions {
  /** Folder of the data, the logs and the state file; created if missing. */
  dir: string;
  /** As in EmbeddedOptions. */
  user?: string | undefined;
  /** As in EmbeddedOptions. */
  from?: string | undefined;
  /** How long it runs without a connection, in seconds. Default 30. */
  idleSeconds?: number;
}

/** Where this module is, for the process that runs it. */
export const KEEPER = import.meta.url;

const DEFAULT_IDLE_SECONDS = 30;
const CHECKS = 10;

/** Connections of others, to any database. */
const OTHERS = `select pg_catalog.count(*)::integer as others from pg_catalog.pg_stat_activity as a
  where a.backend_type operator(pg_catalog.=) 'client backend'
    and a.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid()`;

/** Starts the server, and resolves when it has ended; immediately if another process has started it. */
export async function keep(options: KeptServerOptions): Promise<void> {
  const { dir, user, from, idleSeconds = DEFAULT_IDLE_SECONDS } = options;
  const server = await startEmbedded({ dir, port: 0, ephemeral: true, user, from });
  if (server.joined) return;
  for (let idle = 0; idle < CHECKS; idle = (await isUsed(server.url)) ? 0 : idle + 1) {
    await sleep((idleSeconds * 1000) / CHECKS);
  }
  await server.retire(); // a process that has just read its address tries again
  await server.stop();
}

function isUsed(url: string): Promise<boolean> {
  return onServer(url, async (client) => (await client.query(OTHERS)).rows[0].others > 0);
}
