// Prisma's interactive transactions.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of Prisma's transaction client that is used. */
export interface PrismaTransaction {
  // biome-ignore lint/suspicious/noExplicitAny: rows and parameters of any type
  $queryRawUnsafe<Rows = any>(text: string, ...values: any[]): PromiseLike<Rows>;
  /** Only the client itself, which is no transaction, connects. */
  $connect?: never;
}

/**
 * Adapts an interactive transaction of Prisma 7, with a driver adapter. A list of operations can't take tasks:
 * `prisma.$transaction([…])` has no place for a call between its operations.
 *
 * @param tx what `prisma.$transaction` passes to its callback
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await prisma.$transaction(async (tx) => {
 *   const order = await tx.order.create({ data: { item: 'tea' } })
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: prismaTransaction(tx) })
 * })
 * ```
 */
export function prismaTransaction(tx: PrismaTransaction): AdaptedTransaction {
  if (typeof tx?.$queryRawUnsafe !== 'function') {
    throw new TypeError(`prismaTransaction takes Prisma's transaction client, got ${kindOf(tx)}`);
  }
  return adapted({
    // Prisma sends a statement when then() is called.
    send: inTurn((text, values) => tx.$queryRawUnsafe<object[]>(text, ...values).then((rows) => rows)),
    closed: () =>
      typeof tx.$connect === 'function'
        ? 'this Prisma client has no open transaction: pass the tx of prisma.$transaction(async (tx) => …)'
        : undefined,
    identity: tx,
  });
}
