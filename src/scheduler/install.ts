// Makes the schema of graphile-worker, or brings it up to date.

import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { type ConnectionSource, connectionConfig } from '../postgres/connection-settings.ts';
import { openDirectPool } from '../postgres/direct-pool.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  becomeOwner,
  endSchedulerTurn,
  grantSchedulerSchema,
  letOwnerMakeSchemas,
  requireOwnBackend,
  SCHEDULER_SCHEMA,
  takeSchedulerTurn,
} from '../store/scheduler-schema.ts';
import { graphileLogger } from './graphile-logger.ts';

/**
 * Safe to repeat, and from several places at once. It needs the rights of whoever migrates: to create a schema in the database.
 *
 * @throws what the database refuses it with
 */
export async function installScheduler(database: ConnectionSource, logger: Logger): Promise<void> {
  const pool = openDirectPool(connectionConfig(database, 'pgtaskqueue migrate'), 2, logger);
  const turn = (await pool.connect()) as pg.PoolClient & Parameters<typeof requireOwnBackend>[0];
  try {
    await requireOwnBackend(turn); // what follows sets a role, which must not stay with others
    await letOwnerMakeSchemas(turn);
    await becomeOwner(turn);
    await takeSchedulerTurn(turn);
    // Queries of a connection wait for one another: what the library does comes after this.
    pool.on('connect', (client) => void becomeOwner(client).catch(() => {}));
    await runMigrations({ pgPool: pool, schema: SCHEDULER_SCHEMA, logger: graphileLogger(logger) });
    await grantSchedulerSchema(turn);
    await endSchedulerTurn(turn);
  } finally {
    turn.release(true);
    await pool.end();
  }
}
