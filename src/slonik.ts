// pgtaskqueue/slonik: add tasks in a transaction of Slonik.

export { type SlonikTransaction, slonikTransaction } from './orms/slonik.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
