// Sequelize 6.

import { Sequelize, Transaction } from 'sequelize';
import { sequelizeTransaction } from '../../../src/sequelize.ts';
import { type OpenOrm, type OrmTransaction, partsOf } from './orm.ts';

function ofTransaction(sequelize: Sequelize, transaction: Transaction): OrmTransaction {
  return {
    get passed() {
      return sequelizeTransaction(transaction);
    },
    run: (text) => sequelize.query(text, { transaction }),
    nested: (work) => sequelize.transaction({ transaction }, (inner) => work(ofTransaction(sequelize, inner))),
  };
}

export const bySequelize: OpenOrm = (url) => {
  const sequelize = new Sequelize({ ...partsOf(url), dialect: 'postgres', logging: false, pool: { min: 0, max: 1 } });
  const { READ_COMMITTED, SERIALIZABLE } = Transaction.ISOLATION_LEVELS;
  return {
    transaction: (work, serializable) =>
      sequelize.transaction({ isolationLevel: serializable ? SERIALIZABLE : READ_COMMITTED }, (transaction) =>
        work(ofTransaction(sequelize, transaction)),
      ),
    root: () => sequelizeTransaction(sequelize as never),
    close: () => sequelize.close(),
  };
};
