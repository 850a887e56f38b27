// The database an application gives to TaskQueues: its pool, its Kysely instance, or a connection string for a pool of our own.

import { type AnyKysely, type Executor, executorOf, isKysely, isPool, type PoolLike } from '../sql/executor.ts';

/** A pg.Pool, a Kysely instance, or a connection string. */
export type Database = string | PoolLike | AnyKysely;

/** Statements of their own on that database. */
export interface OwnStatements extends Executor {
  /** Ends the pool, if it is ours. */
  close(): Promise<void>;
}

/**
 * Where statements of their own go. A connection string makes a pool, with pg, when it is first used.
 *
 * @throws TypeError for anything else, such as a client or a transaction, whose statements would not be their own
 */
export function ownStatements(database: Database): OwnStatements {
  if (typeof database === 'string') return ownPool(database);
  if (isPool(database) || (isKysely(database) && !database.isTransaction)) {
    return { query: executorOf(database).query, close: async () => {} };
  }
  throw new TypeError(
    'database must be a pg.Pool, a Kysely instance or a connection string; a client or transaction goes to add(task, { transaction })',
  );
}

interface EndingPool extends PoolLike {
  end(): Promise<void>;
}

function ownPool(connectionString: string): OwnStatements {
  let pool: Promise<EndingPool> | undefined;
  let closed = false;
  return {
    query: async (text, values) => {
      if (closed) throw new Error('these task queues are closed');
      pool ??= openPool(connectionString);
      return executorOf(await pool).query(text, values);
    },
    close: async () => {
      closed = true;
      const opened = pool;
      pool = undefined;
      await (await opened)?.end();
    },
  };
}

// pg is loaded only by those who have no pool.
async function openPool(connectionString: string): Promise<EndingPool> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString, application_name: 'pgtaskqueue' });
  pool.on('error', () => {}); // an idle connection that the server ends would end the process; the pool makes another
  return pool;
}
