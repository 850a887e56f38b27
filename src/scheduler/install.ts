// Creates the schema of graphile-worker, or brings it up to date.

import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { type ConnectionSource, connectionConfig } from '../postgres/connection-settings.ts';
import { requireOwnBackend } from '../postgres/own-backend.ts';
import { openDirectPool } from '../postgres/pools.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  becomeOwner,
  endSchedulerTurn,
  grantSchedulerSchema,
  letOwnerMakeSchemas,
  SCHEDULER_SCHEMA,
  takeSchedulerTurn,
} from '../schema/scheduler-schema.ts';
import { graphileLogger } from './graphile-logger.ts';

/**
 * Safe to repeat, and to run from several places at the same time. It needs the rights to migrate: it may have to
 * create a schema in the database.
 *
 * @throws the database's error if it refuses
 */
export async function installScheduler(database: ConnectionSource, logger: Logger): Promise<void> {
  const pool = openDirectPool(connectionConfig(database, 'pgtaskqueue migrate'), 2, logger);
  const turn = (await pool.connect()) as pg.PoolClient & Parameters<typeof requireOwnBackend>[0];
  try {
    await requireOwnBackend(turn); // a role is set below, which must not leak to other clients
    await letOwnerMakeSchemas(turn);
    await becomeOwner(turn);
    await takeSchedulerTurn(turn);
    // Queries on one connection run in order: those of the library come after this one.
    pool.on('connect', (client) => void becomeOwner(client).catch(() => {}));
    await runMigrations({ pgPool: pool, schema: SCHEDULER_SCHEMA, logger: graphileLogger(logger) });
    await grantSchedulerSchema(turn);
    await endSchedulerTurn(turn);
  } finally {
    turn.release(true);
    await pool.end();
  }
}
