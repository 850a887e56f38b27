// pgtaskqueue/postgres-js: add tasks in a transaction of postgres.js.

export { type PostgresSql, type PostgresTransaction, postgresTransaction } from './orms/postgres-js.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
