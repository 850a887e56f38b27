// pgtaskqueue/drizzle: add tasks in a transaction of Drizzle.

export { type DrizzleTransaction, drizzleTransaction } from './orms/drizzle.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
