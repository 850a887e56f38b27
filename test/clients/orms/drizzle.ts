// Drizzle: 0.45 and 1.0, on node-postgres and on postgres.js.

import { sql } from 'drizzle-orm';
import * as onPg from 'drizzle-orm/node-postgres';
import * as onPostgresJs from 'drizzle-orm/postgres-js';
import { sql as nextSql } from 'drizzle-orm-rc';
import * as nextOnPg from 'drizzle-orm-rc/node-postgres';
import * as nextOnPostgresJs from 'drizzle-orm-rc/postgres-js';
import pg from 'pg';
import postgres from 'postgres';
import { type DrizzleTransaction, drizzleTransaction } from '../../../src/drizzle.ts';
import { type OpenOrm, type Orm, type OrmTransaction, partsOf } from './orm.ts';

/** What all four have in common. */
interface Database {
  execute(query: never): PromiseLike<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: each has types of its own
  transaction(work: (tx: any) => Promise<any>, config?: any): Promise<any>;
}

type Raw = (text: string) => unknown;

function ofTransaction(tx: DrizzleTransaction & Database, raw: Raw): OrmTransaction {
  return {
    get passed() {
      return drizzleTransaction(tx);
    },
    run: async (text) => tx.execute(raw(text) as never),
    nested: (work) => tx.transaction((inner) => work(ofTransaction(inner, raw))),
  };
}

function ofDatabase(db: Database, raw: Raw, close: () => Promise<void>): Orm {
  return {
    transaction: (work, serializable) =>
      db.transaction(
        (tx) => work(ofTransaction(tx, raw)),
        serializable ? { isolationLevel: 'serializable' } : undefined,
      ),
    root: () => drizzleTransaction(db as never),
    close,
  };
}

function pgPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  // Drizzle adds no listener to the client that it has taken from the pool.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}

const postgresSql = (url: string) => postgres({ ...partsOf(url), max: 1, onnotice: () => {} });

export const drizzlePg: OpenOrm = (url) => {
  const pool = pgPool(url);
  return ofDatabase(onPg.drizzle(pool), sql.raw, () => pool.end());
};

export const drizzlePostgresJs: OpenOrm = (url) => {
  const client = postgresSql(url);
  return ofDatabase(onPostgresJs.drizzle(client), sql.raw, () => client.end({ timeout: 1 }));
};

export const nextDrizzlePg: OpenOrm = (url) => {
  const pool = pgPool(url);
  return ofDatabase(nextOnPg.drizzle({ client: pool }) as never, nextSql.raw, () => pool.end());
};

export const nextDrizzlePostgresJs: OpenOrm = (url) => {
  const client = postgresSql(url);
  return ofDatabase(nextOnPostgresJs.drizzle({ client }) as never, nextSql.raw, () => client.end({ timeout: 1 }));
};
