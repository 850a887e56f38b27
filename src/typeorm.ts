// pgtaskqueue/typeorm: add tasks in a transaction of TypeORM.

export { type TypeormManager, type TypeormQueryRunner, typeormTransaction } from './orms/typeorm.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
