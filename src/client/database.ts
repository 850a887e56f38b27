// The database an application gives to TaskQueues: its pool, its Kysely instance, or a connection string for a pool of our own.

import { kindOf } from '../domain/text.ts';
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
  if (database === undefined || database === null) {
    throw new TypeError(
      `database must be a connection string, a pg.Pool or a Kysely instance, got ${kindOf(database)}: is the environment variable it comes from set?`,
    );
  }
  throw new TypeError(
    `database must be a connection string, a pg.Pool or a Kysely instance, got ${kindOf(database)}; a client or a transaction goes to add(task, { transaction })`,
  );
}
