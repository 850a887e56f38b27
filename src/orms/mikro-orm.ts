// MikroORM's transactions, which are Kysely's.

import { kindOf } from '../domain/text.ts';
import { adapted } from '../postgres/adapted-transaction.ts';
import type { OpenTransaction } from '../postgres/transaction.ts';

/** The part of MikroORM's EntityManager that is used. */
export interface MikroOrmManager {
  getTransactionContext(): unknown;
}

const ROOT = 'this EntityManager has no open transaction: pass the em of em.transactional, or begin one';

/**
 * Adapts a transaction of MikroORM 7.
 *
 * @param em the EntityManager that `em.transactional` passes to its callback, or one on which `begin` has run
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await orm.em.transactional(async (em) => {
 *   const order = em.create(Order, { item: 'tea' })
 *   await em.flush()
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: mikroOrmTransaction(em) })
 * })
 * ```
 */
export function mikroOrmTransaction(em: MikroOrmManager): OpenTransaction {
  if (typeof em?.getTransactionContext !== 'function') {
    throw new TypeError(`mikroOrmTransaction takes MikroORM's EntityManager, got ${kindOf(em)}`);
  }
  const context = em.getTransactionContext() as { getExecutor?: unknown } | undefined;
  if (context === undefined) return adapted({ send: noTransaction, closed: () => ROOT });
  if (typeof context.getExecutor === 'function') return context as OpenTransaction;
  throw new TypeError(`mikroOrmTransaction needs MikroORM 7, whose transactions are Kysely's, got ${kindOf(context)}`);
}

function noTransaction(): never {
  throw new Error(ROOT);
}
