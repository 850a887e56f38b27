// pgtaskqueue/pg-promise: add tasks in a transaction of pg-promise.

export { type PgPromiseTransaction, pgPromiseTransaction } from './orms/pg-promise.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
