// A small pool whose idle connections may die without taking the process along.

import pg from 'pg';
import type { Logger } from '../runtime/logger.ts';
import { DirectClient, DirectPool } from './direct-client.ts';
import { PrimaryClient } from './primary-client.ts';

/**
 * Connections that may lead through a pooler: nothing is set on them. All lead to a server that can write.
 *
 * @param max most connections
 */
export function openPool(config: pg.ClientConfig, max: number, logger: Logger): pg.Pool {
  return watched(new pg.Pool({ ...config, max, Client: PrimaryClient } as object), logger);
}

/** Direct connections, with settings of their own; through a pooler that refuses those they work without. */
export function openDirectPool(config: pg.ClientConfig, max: number, logger: Logger): pg.Pool {
  const pool = watched(new DirectPool({ ...config, max }), logger);
  let told = false;
  pool.on('connect', (client) => {
    if (told || !(client instanceof DirectClient) || client.pinned) return;
    told = true;
    logger.warn("a pooler keeps this connection's settings out: it works with the search_path of its login", {
      remedy: 'Connect directly. pgtaskqueue doctor tells when it is so.',
    });
  });
  return pool;
}

function watched(pool: pg.Pool, logger: Logger): pg.Pool {
  pool.on('error', (error) => logger.warn('an idle connection was lost', { error }));
  pool.on('connect', (client) => client.on('error', () => {})); // while it is out on work, the query's own rejection says it
  return pool;
}
