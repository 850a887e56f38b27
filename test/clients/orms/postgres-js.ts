// postgres.js, with columns renamed as many applications have them.

import postgres, { type TransactionSql } from 'postgres';
import { postgresTransaction } from '../../../src/postgres-js.ts';
import { type OpenOrm, type OrmTransaction, partsOf } from './orm.ts';

function ofSql(sql: TransactionSql): OrmTransaction {
  return {
    get passed() {
      return postgresTransaction(sql);
    },
    run: (text) => sql.unsafe(text),
    nested: (work) => sql.savepoint((inner) => work(ofSql(inner))),
  };
}

export const postgresJs: OpenOrm = (url) => {
  const sql = postgres({ ...partsOf(url), max: 1, onnotice: () => {}, transform: postgres.camel });
  return {
    transaction: async (work, serializable) => {
      const begin = serializable ? 'isolation level serializable' : '';
      return (await sql.begin(begin, (inner) => work(ofSql(inner)))) as never;
    },
    root: () => postgresTransaction(sql as never),
    close: () => sql.end({ timeout: 1 }), // it would wait for a connection that was lost in a transaction
  };
};
