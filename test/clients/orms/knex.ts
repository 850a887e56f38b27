// Knex, and Objection on it, with columns renamed as many applications have them.

import knex, { type Knex } from 'knex';
import { knexSnakeCaseMappers, Model } from 'objection';
import { knexTransaction } from '../../../src/knex.ts';
import type { OpenOrm, OrmTransaction } from './orm.ts';

function ofTrx(trx: Knex.Transaction): OrmTransaction {
  return {
    get passed() {
      return knexTransaction(trx);
    },
    run: async (text) => trx.raw(text),
    nested: (work) => trx.transaction((inner) => work(ofTrx(inner))),
  };
}

const configuration = (url: string) => ({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });

export const byKnex: OpenOrm = (url) => {
  const db = knex(configuration(url));
  return {
    transaction: (work, serializable) =>
      db.transaction((trx) => work(ofTrx(trx)), serializable ? { isolationLevel: 'serializable' } : undefined),
    root: () => knexTransaction(db as never),
    close: () => db.destroy(),
  };
};

export const byObjection: OpenOrm = (url) => {
  const db = knex({ ...configuration(url), ...knexSnakeCaseMappers() });
  class Row extends Model {
    static override tableName = 'orm_rows';
  }
  const Bound = Row.bindKnex(db);
  return {
    transaction: (work, serializable) =>
      Bound.transaction(async (trx) => {
        if (serializable) await trx.raw('set transaction isolation level serializable');
        return work(ofTrx(trx));
      }),
    close: () => db.destroy(),
  };
};
