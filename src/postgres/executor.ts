// Executors: one small interface for running statements on a pg client, a pool or a Kysely instance. No driver is
// imported here.

import { CompiledQuery } from 'kysely';
import type { Behalf } from '../domain/audit.ts';
import { connectionTrouble, NotConfirmed, NotSent } from './connection-trouble.ts';
import { prepared, type Statement } from './prepared.ts';

/** Runs one statement. pg's Client, PoolClient and Pool match it as they are. */
export interface Executor {
  // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them; run() gives them their type
  query(text: string, values: unknown[]): Promise<{ rows: any[] }>;
  /** True: statements are part of the caller's transaction. */
  readonly inTransaction?: boolean;
  /** The person calls are made for, as named in the audit. */
  readonly behalf?: Behalf;
}

/**
 * Returns an executor whose function calls name to the audit the person they are made for, within the same statement
 * and without another round trip.
 */
export function onBehalfOf(executor: Executor, behalf: Behalf): Executor {
  return {
    query: (text, values) => executor.query(text, values),
    inTransaction: executor.inTransaction ?? false,
    behalf,
  };
}

/** The part of pg's PoolClient that is used. */
export interface PooledClient {
  // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them
  query(statement: Statement): Promise<{ rows: any[] }>;
  release(destroy?: boolean | Error): void;
  on(event: 'notice' | 'error', listener: (notice: Notice) => void): unknown;
  removeListener(event: 'notice' | 'error', listener: (notice: Notice) => void): unknown;
}

/** The part of pg's Pool that is used. */
export interface PoolLike extends Executor {
  connect(): Promise<PooledClient>;
  readonly totalCount: number;
}

/** The part of Kysely that is used: an application may have another version, whose types are not these. */
export interface AnyKysely {
  readonly isTransaction: boolean;
  getExecutor(): {
    provideConnection<Result>(
      // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them
      use: (connection: { executeQuery(query: CompiledQuery): Promise<{ rows: any[] }> }) => Promise<Result>,
    ): Promise<Result>;
  };
  executeQuery(query: CompiledQuery): Promise<unknown>;
  /** Of controlled transactions. */
  readonly isCommitted?: boolean;
  readonly isRolledBack?: boolean;
}

interface Notice {
  code?: string | undefined;
  message?: string | undefined;
}

export function isPool(database: unknown): database is PoolLike {
  const { connect, totalCount } = (database ?? {}) as Partial<PoolLike>;
  return typeof connect === 'function' && typeof totalCount === 'number';
}

export function isKysely(database: unknown): database is AnyKysely {
  const { getExecutor, executeQuery } = (database ?? {}) as Partial<AnyKysely>;
  return typeof getExecutor === 'function' && typeof executeQuery === 'function';
}

/**
 * Returns an executor whose statements are transactions of their own. Pools and Kysely instances report whether a
 * failed statement had been sent; a pg client is returned unchanged. Only pools are watched for commits that no standby
 * confirmed, because Kysely does not expose notices.
 *
 * @param prepare whether a pool's connections use prepared statements
 */
export function executorOf(database: Executor | AnyKysely, prepare = false): Executor {
  if (isKysely(database)) return kyselyExecutor(database);
  return isPool(database) ? poolExecutor(database, prepare) : database;
}

function poolExecutor(pool: PoolLike, prepare: boolean): Executor {
  return {
    query: async (text, values) => {
      const client = await pool.connect().catch((cause: unknown) => {
        throw new NotSent(cause);
      });
      return confirmed(client, prepare ? prepared(text, values) : { text, values });
    },
  };
}

/**
 * Runs one statement and watches for the warning that its commit did not wait for the standby. PostgreSQL reports such
 * a commit as successful, but the row is lost after a failover.
 */
async function confirmed(client: PooledClient, statement: Statement): Promise<{ rows: unknown[] }> {
  let warning: Notice | undefined;
  let lost = false;
  const listen = (notice: Notice) => {
    if (notice.code === '01000' || notice.code === '57P01') warning = notice;
  };
  client.on('notice', listen);
  client.on('error', ignore);
  try {
    const result = await client.query(statement);
    if (warning) throw new NotConfirmed(warning.message);
    return result;
  } catch (error) {
    lost = connectionTrouble(error) !== undefined;
    throw error;
  } finally {
    client.removeListener('notice', listen);
    client.removeListener('error', ignore);
    // Otherwise the next statement would get the dying connection, and its outcome would be unknown too.
    client.release(lost);
  }
}

// A client taken from its pool has no error listener, so losing its connection would end the process. It is enough that
// its query rejects.
function ignore(): void {}

// Bypasses Kysely's plugins: one that renames columns would rename those of these statements too.
function kyselyExecutor(kysely: AnyKysely): Executor {
  return {
    query: async (text, values) => {
      let sent = false;
      try {
        const { rows } = await kysely.getExecutor().provideConnection((connection) => {
          sent = true;
          return connection.executeQuery(CompiledQuery.raw(text, values));
        });
        return { rows };
      } catch (error) {
        throw sent ? error : new NotSent(error);
      }
    },
  };
}
