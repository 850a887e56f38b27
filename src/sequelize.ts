// pgtaskqueue/sequelize: add tasks in a transaction of Sequelize.

export { type SequelizeTransaction, sequelizeTransaction } from './orms/sequelize.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
