// A small pool whose idle connections may die without taking the process along.

import pg from 'pg';
import type { Logger } from './logger.ts';

/** @param max most connections */
export function openPool(config: pg.ClientConfig, max: number, logger: Logger): pg.Pool {
  const pool = new pg.Pool({ ...config, max });
  pool.on('error', (error) => logger.warn('an idle connection was lost', { error }));
  pool.on('connect', (client) => client.on('error', () => {})); // while it is out on work, the query's own rejection says it
  return pool;
}
