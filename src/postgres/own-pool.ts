// A pool for applications that have none: created from a connection string at the first use.

import { CONNECTION_LIMITS } from './connection-limits.ts';
import { type Executor, executorOf, type PoolLike } from './executor.ts';
import type { WaitingSettings } from './waiting-connection.ts';

/** Runs statements as transactions of their own, on connections that must be closed. */
export interface OwnStatements extends Executor {
  /** Whether pg connections use prepared statements. */
  readonly prepare: boolean;
  /** Settings of a waiting connection; undefined: they are unknown, so waits poll instead. */
  readonly waitingAt: WaitingSettings | undefined;
  /** Closes the connections that were opened here. */
  close(): Promise<void>;
}

interface EndingPool extends PoolLike {
  end(): Promise<void>;
}

/** Runs statements on a pool of pg. Nothing is loaded and no connection is opened before the first statement. */
export function ownPool(connectionString: string, prepare: boolean): OwnStatements {
  let pool: Promise<EndingPool> | undefined;
  let closed = false;
  return {
    prepare,
    waitingAt: { connectionString },
    query: async (text, values) => {
      if (closed) throw new Error('these task queues are closed');
      pool ??= openPool(connectionString);
      return executorOf(await pool, prepare).query(text, values);
    },
    close: async () => {
      closed = true;
      const opened = pool;
      pool = undefined;
      await (await opened)?.end();
    },
  };
}

/** How long a statement waits for a busy connection: as long as another statement may take. */
const POOL_WAIT_MS = CONNECTION_LIMITS.query_timeout;

// pg is loaded only for applications without a pool.
async function openPool(connectionString: string): Promise<EndingPool> {
  const { default: pg } = await import('pg');
  const { HastyClient } = await import('./primary-client.ts');
  const limits = { ...CONNECTION_LIMITS, connectionTimeoutMillis: POOL_WAIT_MS };
  const pool = new pg.Pool({
    connectionString,
    application_name: 'pgtaskqueue',
    ...limits,
    Client: HastyClient,
  } as object);
  pool.on('error', () => {}); // otherwise, losing an idle connection would end the process; the pool opens another
  return pool;
}
