// Slonik, with fields renamed as many applications have them.

import { createPool, type DatabaseTransactionConnection, type Interceptor, sql } from 'slonik';
import { slonikTransaction } from '../../../src/slonik.ts';
import type { OpenOrm, OrmTransaction } from './orm.ts';

const rename: Interceptor = {
  name: 'rename',
  transformRow: (_context, _query, row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.replaceAll('_', '').toUpperCase(), value])),
};

/** A token of a text that is only known when the test runs. */
const token = (text: string) => sql.unsafe(Object.assign([text], { raw: Object.freeze([text]) }) as never);

function ofConnection(connection: DatabaseTransactionConnection): OrmTransaction {
  return {
    get passed() {
      return slonikTransaction(connection);
    },
    run: (text) => connection.query(token(text)),
    nested: (work) => connection.transaction((inner) => work(ofConnection(inner)) as Promise<never>),
  };
}

export const bySlonik: OpenOrm = async (url) => {
  const pool = await createPool(url, {
    interceptors: [rename],
    maximumPoolSize: 1,
    transactionRetryLimit: 0,
    queryRetryLimit: 0,
  });
  return {
    transaction: (work, serializable) =>
      pool.transaction(async (connection) => {
        if (serializable) await connection.query(token('set transaction isolation level serializable'));
        return work(ofConnection(connection));
      }),
    root: () => slonikTransaction(pool as never),
    close: () => pool.end(),
  };
};
