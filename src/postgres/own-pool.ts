// A pool for applications that have none: made from a connection string when it is first used.

import { CONNECTION_LIMITS } from './connection-limits.ts';
import { type Executor, executorOf, type PoolLike } from './executor.ts';
import type { WaitingSettings } from './waiting-connection.ts';

/** Statements of their own, on connections that have to be ended. */
export interface OwnStatements extends Executor {
  /** Whether pg connections keep the plans of our statements. */
  readonly prepare: boolean;
  /** Where a connection that waits goes; undefined: that can't be known, so who waits looks now and then. */
  readonly waitingAt: WaitingSettings | undefined;
  /** Ends the connections, if they were made for this. */
  close(): Promise<void>;
}

interface EndingPool extends PoolLike {
  end(): Promise<void>;
}

/** Statements on a pool of pg's. Nothing is loaded and nothing connects before the first. */
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

/** So long a statement waits for a connection that others use: as long as theirs may take. */
const POOL_WAIT_MS = CONNECTION_LIMITS.query_timeout;

// pg is loaded only by those who have no pool.
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
  pool.on('error', () => {}); // an idle connection that the server ends would end the process; the pool makes another
  return pool;
}
