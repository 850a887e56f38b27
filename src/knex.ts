// pgtaskqueue/knex: add tasks in a transaction of Knex and Objection.

export { type KnexTransaction, knexTransaction } from './orms/knex.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
