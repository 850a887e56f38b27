// A pool for applications that have none: created from a connection string at the first use.

import { CONNECTION_LIMITS } from './connection-limits.ts';
import { type Executor, executorOf, type PoolLike } from './executor.ts';
import { isLostStatement } from './prepared.ts';
import type { WaitingSettings } from './waiting-connection.ts';

/** Runs statements as transactions of their own, on connections that must be closed. */
export interface OwnStatements extends Executor {
  /** Whether clients that the application passes use prepared statements. */
  readonly prepare: boolean;
  /** Settings of a waiting connection; undefined: they are unknown, so waits poll instead. */
  readonly waitingAt: WaitingSettings | undefined;
  /** Closes the connections that were opened here. */
  close(): Promise<void>;
}

interface EndingPool extends PoolLike {
  end(): Promise<void>;
}

/**
 * Runs statements on a pool of pg. Nothing is loaded and no connection is opened before the first statement.
 *
 * @param prepare whether to use prepared statements; undefined: as soon as it is proved that there is no pooler between
 */
export function ownPool(connectionString: string, prepare: boolean | undefined): OwnStatements {
  let pool: Promise<EndingPool> | undefined;
  let closed = false;
  const preparing = new Preparing(connectionString, prepare);
  return {
    prepare: prepare ?? false,
    waitingAt: { connectionString },
    query: async (text, values) => {
      if (closed) throw new Error('these task queues are closed');
      pool ??= openPool(connectionString);
      const opened = await pool;
      return preparing.run((prepares) => executorOf(opened, prepares).query(text, values));
    },
    close: async () => {
      closed = true;
      const opened = pool;
      pool = undefined;
      await preparing.proved;
      await (await opened)?.end();
    },
  };
}

/** How many statements run before the proof, which takes two connections: fewer are not worth it. */
const BEFORE_PROOF = 10;

/** Whether the statements of a pool are prepared. */
class Preparing {
  /** Settled unless a proof is under way. */
  proved: Promise<void> = Promise.resolve();
  readonly #connectionString: string;
  readonly #asked: boolean | undefined;
  #prepares: boolean;
  #statements = 0;

  constructor(connectionString: string, asked: boolean | undefined) {
    this.#connectionString = connectionString;
    this.#asked = asked;
    this.#prepares = asked ?? false;
  }

  /** Runs one statement. One that a pooler has lost after all has not run, so it is sent again without a name. */
  async run<Result>(send: (prepares: boolean) => Promise<Result>): Promise<Result> {
    if (this.#asked !== undefined) return send(this.#asked);
    this.#statements += 1;
    if (this.#statements === BEFORE_PROOF) this.proved = this.#prove();
    const prepares = this.#prepares;
    try {
      return await send(prepares);
    } catch (error) {
      if (!prepares || !isLostStatement(error)) throw error;
      this.#prepares = false;
      return send(false);
    }
  }

  async #prove(): Promise<void> {
    const { leadsToServer } = await import('./keeps-backends.ts');
    const connectionString = this.#connectionString;
    this.#prepares = await leadsToServer({ connectionString, application_name: 'pgtaskqueue', ...CONNECTION_LIMITS });
  }
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
