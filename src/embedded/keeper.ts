// The program that runs a shared PostgreSQL (kept-server.ts) until nobody has been connected to it for a while.

import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptServerOptions } from './kept-server.ts';
import { onServer } from './on-server.ts';
import { startEmbedded } from './postgres.ts';

const DEFAULT_IDLE_SECONDS = 30;
const CHECKS = 10;

/** Connections of others, to any database. */
const OTHERS = `select pg_catalog.count(*)::integer as others from pg_catalog.pg_stat_activity as a
  where a.backend_type operator(pg_catalog.=) 'client backend'
    and a.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid()`;

const {
  dir,
  user,
  from,
  idleSeconds = DEFAULT_IDLE_SECONDS,
} = JSON.parse(process.argv[2] as string) as KeptServerOptions;
const server = await startEmbedded({ dir, port: 0, ephemeral: true, user, from });
if (!server.joined) {
  await untilIdle();
  await server.retire(); // a process that has just read its address tries again
  await server.stop();
}

async function untilIdle(): Promise<void> {
  for (let idle = 0; idle < CHECKS; idle = (await isUsed()) ? 0 : idle + 1) {
    await sleep((idleSeconds * 1000) / CHECKS);
  }
}

function isUsed(): Promise<boolean> {
  return onServer(server.url, async (client) => (await client.query(OTHERS)).rows[0].others > 0);
}
