// What runs statements: a pg client or pool, or a Kysely instance, seen as one small interface. Nothing here imports a driver.

import type { Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Behalf } from '../domain/audit.ts';
import { connectionTrouble, NotConfirmed, NotSent } from './connection-trouble.ts';
import { prepared, type Statement } from './prepared.ts';

/** Runs one statement. pg's Client, PoolClient and Pool fit as they are. */
export interface Executor {
  // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them; run() gives them their type
  query(text: string, values: unknown[]): Promise<{ rows: any[] }>;
  /** True: statements are part of the caller's transaction. */
  readonly inTransaction?: boolean;
  /** For whom calls are made: the audit names it. */
  readonly behalf?: Behalf;
}

/** The same executor, whose calls of functions tell the audit for whom they are made: in the same statement, so that it costs no round trip. */
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

// biome-ignore lint/suspicious/noExplicitAny: whatever tables the application has
export type AnyKysely = Pick<Kysely<any>, 'getExecutor' | 'isTransaction' | 'executeQuery'>;

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
 * An executor of statements of their own: each is a transaction by itself. Pools and Kysely instances tell whether a statement that failed
 * had been sent; a pg client that is passed in stays itself. Only a pool is watched for commits that no standby confirmed: Kysely shows no
 * notices.
 *
 * @param prepare whether a pool's connections keep the plans of our statements
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
 * Runs one statement and watches for the warning that its commit did not wait for the standby. PostgreSQL answers such a commit with
 * success: the row is there, and is gone after a failover.
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
    client.release(lost); // the pool would hand a dying connection to the next, whose outcome would be unknown, too
  }
}

// A client that is out of its pool has no listener: losing its connection would end the process. Its query rejects, which is enough.
function ignore(): void {}

// The connection is taken from below Kysely's plugins: one that renames columns would rename ours.
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
