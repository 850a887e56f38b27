// The database an application gives to TaskQueues: its pool, its Kysely instance, or a connection string for a pool of our own.

import { type AnyKysely, executorOf, isKysely, isPool, type PoolLike } from '../postgres/executor.ts';
import { type OwnStatements, ownPool } from '../postgres/own-pool.ts';
import { settingsOfPool } from '../postgres/waiting-connection.ts';

/** A pg.Pool, a Kysely instance, or a connection string. */
export type Database = string | PoolLike | AnyKysely;

/**
 * Where statements of their own go.
 *
 * @throws TypeError for anything else, such as a client or a transaction, whose statements would not be their own
 */
export function ownStatements(database: Database, prepare: boolean): OwnStatements {
  if (typeof database === 'string') return ownPool(database, prepare);
  if (isPool(database) || (isKysely(database) && !database.isTransaction)) {
    const waitingAt = isPool(database) ? settingsOfPool(database) : undefined;
    return { prepare, waitingAt, query: executorOf(database, prepare).query, close: async () => {} };
  }
  throw new TypeError(
    'database must be a pg.Pool, a Kysely instance or a connection string; a client or transaction goes to add(task, { transaction })',
  );
}
