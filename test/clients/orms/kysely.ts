// Kysely, whose transactions are accepted as they are, and MikroORM, whose transactions are Kysely's.

import { defineEntity, MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { mikroOrmTransaction } from '../../../src/mikro-orm.ts';
import { inSavepoint, type OpenOrm, type OrmTransaction } from './orm.ts';

// biome-ignore lint/suspicious/noExplicitAny: no tables
function ofKysely(passed: Transaction<any>): OrmTransaction {
  const transaction: OrmTransaction = {
    passed,
    run: (text) => sql.raw(text).execute(passed),
    nested: (work) => inSavepoint(transaction, work),
  };
  return transaction;
}

export const kysely: OpenOrm = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  // biome-ignore lint/suspicious/noExplicitAny: no tables
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
  return {
    transaction: (work, serializable) =>
      db
        .transaction()
        .setIsolationLevel(serializable ? 'serializable' : 'read committed')
        .execute((transaction) => work(ofKysely(transaction))),
    root: () => db as never,
    close: () => db.destroy(),
  };
};

const Row = defineEntity({ name: 'OrmRow', tableName: 'orm_rows', properties: (p) => ({ id: p.integer().primary() }) });

function ofManager(em: SqlEntityManager): OrmTransaction {
  return {
    get passed() {
      return mikroOrmTransaction(em);
    },
    run: (text) => em.execute(text),
    nested: (work) => em.transactional((inner) => work(ofManager(inner))),
  };
}

export const mikroOrm: OpenOrm = async (url) => {
  const orm = await MikroORM.init({ clientUrl: url, entities: [Row], pool: { min: 0, max: 1 } });
  return {
    transaction: (work, serializable) =>
      orm.em
        .fork()
        .transactional(
          (em) => work(ofManager(em)),
          serializable ? { isolationLevel: 'serializable' as never } : undefined,
        ),
    root: () => mikroOrmTransaction(orm.em.fork()),
    // MikroORM never releases a connection that was lost in a transaction, so its pool does not end.
    close: async () => void orm.close(true),
  };
};
