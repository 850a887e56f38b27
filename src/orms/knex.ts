// Knex's transactions, which are also Objection's.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of Knex's transaction that its types show. */
export interface KnexTransaction {
  isCompleted(): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: as Knex's types have it
  client: any;
}

/** The client of a transaction, which always acquires the transaction's connection: a client of pg. */
interface Client {
  acquireConnection(): Promise<{
    query(statement: { text: string; values: unknown[] }): Promise<{ rows: object[] }>;
  }>;
}

/**
 * Adapts a transaction of Knex or Objection.
 *
 * @param trx what `knex.transaction` or Objection's `Model.transaction` passes to its callback, or resolves with
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await knex.transaction(async (trx) => {
 *   const [order] = await trx('orders').insert({ item: 'tea' }, 'id')
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: knexTransaction(trx) })
 * })
 * ```
 */
export function knexTransaction(trx: KnexTransaction): AdaptedTransaction {
  if (typeof trx?.client?.acquireConnection !== 'function') {
    throw new TypeError(`knexTransaction takes a transaction of Knex or Objection, got ${kindOf(trx)}`);
  }
  const isTransaction = typeof trx.isCompleted === 'function';
  return adapted({
    send: inTurn((text, values: unknown[]) => query(trx.client, text, values)),
    closed: () => {
      if (!isTransaction) return 'this Knex instance is not a transaction: pass the trx of knex.transaction';
      return trx.isCompleted() ? 'the Knex transaction has ended' : undefined;
    },
    identity: trx,
  });
}

/** Bypasses Knex's own queries, because they rename columns as the application wants it, and rewrite errors. */
async function query(client: Client, text: string, values: unknown[]): Promise<object[]> {
  const connection = await client.acquireConnection();
  return (await connection.query({ text, values })).rows;
}
