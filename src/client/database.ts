// The database that an application passes to TaskQueues: its pool, its Kysely instance, or a connection string, for
// which a pool is made.

import { kindOf } from '../domain/text.ts';
import { handoverOf } from '../postgres/adapted-transaction.ts';
import { requireConnectionString } from '../postgres/connection-settings.ts';
import { type AnyKysely, executorOf, isKysely, isPool, type PoolLike } from '../postgres/executor.ts';
import { recognizeOrm } from '../postgres/known-orms.ts';
import { type OwnStatements, ownPool } from '../postgres/own-pool.ts';
import { settingsOfPool } from '../postgres/waiting-connection.ts';

/** A pg.Pool, a Kysely instance, or a connection string. */
export type Database = string | PoolLike | AnyKysely;

/**
 * Runs statements outside any transaction of the application.
 *
 * @param prepare whether to use prepared statements; undefined: where the pool is made here and leads to no pooler
 * @throws TypeError for anything else, such as a client or a transaction, whose statements would belong to the
 *   application
 */
export function ownStatements(database: Database, prepare: boolean | undefined): OwnStatements {
  if (typeof database === 'string') {
    requireConnectionString(database);
    return ownPool(database, prepare);
  }
  if (isPool(database) || (isKysely(database) && !database.isTransaction)) {
    const waitingAt = isPool(database) ? settingsOfPool(database) : undefined;
    const prepares = prepare ?? false;
    return {
      prepare: prepares,
      waitingAt,
      query: executorOf(database, prepares).query,
      close: async () => {},
    };
  }
  const what = recognizeOrm(database)?.what ?? kindOf(database);
  const problem = `database must be a connection string, a pg.Pool or a Kysely instance, got ${what}`;
  throw new TypeError(`${problem}${remedyFor(database)}`);
}

function remedyFor(database: unknown): string {
  if (database === undefined || database === null) return ': is the environment variable it comes from set?';
  if (handoverOf(database)) return '; pass it to add(task, { transaction })';
  const orm = recognizeOrm(database);
  if (orm) {
    const own = 'pass a pg.Pool or a connection string, which statements of their own use';
    return `: ${own}; a transaction of it goes to add(task, { transaction: ${orm.door} }), from ${orm.module}`;
  }
  const runsStatements = typeof database === 'object' && ('query' in database || 'selectFrom' in database);
  return runsStatements
    ? '; pass a client or transaction to add(task, { transaction })'
    : '; with settings, pass new pg.Pool(settings)';
}
