// Transactions of pg-promise.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of pg-promise's task that is used. */
export interface PgPromiseTransaction {
  readonly ctx: { readonly inTransaction: boolean; readonly finish?: Date };
  // biome-ignore lint/suspicious/noExplicitAny: rows of any type
  query(query: any): Promise<any>;
}

/**
 * Adapts a transaction of pg-promise.
 *
 * @param t what `db.tx` passes to its callback, or a task within it
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await db.tx(async (t) => {
 *   const order = await t.one("insert into orders (item) values ('tea') returning id")
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: pgPromiseTransaction(t) })
 * })
 * ```
 */
export function pgPromiseTransaction(t: PgPromiseTransaction): AdaptedTransaction {
  if (typeof t?.query !== 'function' || !('oneOrNone' in t)) {
    throw new TypeError(`pgPromiseTransaction takes the t of db.tx, got ${kindOf(t)}`);
  }
  return adapted({
    // As an object it is sent with its parameters; otherwise pg-promise would write them into the text.
    send: inTurn((text, values) => t.query({ text, values })),
    closed: () => {
      if (!t.ctx?.inTransaction) return 'this object of pg-promise is not in a transaction: pass the t of db.tx';
      return t.ctx.finish ? 'the transaction of pg-promise has ended' : undefined;
    },
    identity: t,
  });
}
