// pg-promise, with columns renamed by the recipe of its documentation.

import pgPromise, { type IDatabase, type ITask } from 'pg-promise';
import { pgPromiseTransaction } from '../../../src/pg-promise.ts';
import type { OpenOrm, OrmTransaction } from './orm.ts';

const initialized = pgPromise({
  noWarnings: true,
  receive({ data, result }) {
    if (result) result.rows = data;
    for (const row of data) {
      for (const name of Object.keys(row)) {
        const camel = pgPromise.utils.camelize(name);
        if (camel === name) continue;
        row[camel] = row[name];
        delete row[name];
      }
    }
  },
});

function ofTask(t: ITask<object>): OrmTransaction {
  return {
    get passed() {
      return pgPromiseTransaction(t);
    },
    run: (text) => t.any(text),
    nested: (work) => t.tx((inner) => work(ofTask(inner))),
  };
}

export const byPgPromise: OpenOrm = (url) => {
  const db: IDatabase<object> = initialized({ connectionString: url, max: 1 });
  const { TransactionMode, isolationLevel } = pgPromise.txMode;
  const serial = new TransactionMode({ tiLevel: isolationLevel.serializable });
  return {
    transaction: (work, serializable) => db.tx(serializable ? { mode: serial } : {}, (t) => work(ofTask(t))),
    root: () => pgPromiseTransaction(db as never),
    close: async () => db.$pool.end(),
  };
};
