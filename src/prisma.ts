// pgtaskqueue/prisma: add tasks in a transaction of Prisma.

export { type PrismaTransaction, prismaTransaction } from './orms/prisma.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
