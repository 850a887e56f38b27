// Pools whose idle connections can be lost without ending the process.

import pg from 'pg';
import type { Logger } from '../runtime/logger.ts';
import { DirectClient, DirectPool } from './direct-client.ts';
import { PrimaryClient } from './primary-client.ts';

/**
 * Opens a pool of connections that may go through a pooler: nothing is set on them. All go to a server that can write.
 *
 * @param max maximum number of connections
 */
export function openPool(config: pg.ClientConfig, max: number, logger: Logger): pg.Pool {
  return watched(new pg.Pool({ ...config, max, Client: PrimaryClient } as object), logger);
}

/** Opens a pool of direct connections with their own settings; they also work through a pooler that rejects these. */
export function openDirectPool(config: pg.ClientConfig, max: number, logger: Logger): pg.Pool {
  const pool = watched(new DirectPool({ ...config, max }), logger);
  let told = false;
  pool.on('connect', (client) => {
    if (told || !(client instanceof DirectClient) || client.pinned) return;
    told = true;
    logger.warn("a pooler dropped this connection's settings; it uses the search_path of its login", {
      remedy: 'Connect directly. pgtaskqueue doctor checks this.',
    });
  });
  return pool;
}

function watched(pool: pg.Pool, logger: Logger): pg.Pool {
  // One that is being closed may be lost first: to a server that is shutting down.
  pool.on('error', (error) => pool.ending || logger.warn('lost an idle connection', { error }));
  pool.on('connect', (client) => client.on('error', () => {})); // while it is in use, its query rejects with the error
  return pool;
}
