// pgtaskqueue/mikro-orm: add tasks in a transaction of MikroORM.

export { type MikroOrmManager, mikroOrmTransaction } from './orms/mikro-orm.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
