// Sequelize's transactions.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of Sequelize's Transaction that its types show. */
export interface SequelizeTransaction {
  commit(): Promise<void>;
  rollback(): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: Sequelize's class
  afterCommit(hook: (transaction: any) => void): void;
}

/** The part that they don't show. A nested transaction has the id and the connection of its parent. */
interface Internals {
  id?: string;
  finished?: string;
  /** A client of pg. It has the id of the transaction that it serves. */
  connection?: {
    uuid?: string | undefined;
    query(statement: { text: string; values: unknown[] }): Promise<{ rows: object[] }>;
  };
}

/**
 * Adapts a transaction of Sequelize 6.
 *
 * @param transaction what `sequelize.transaction` passes to its callback, or resolves with
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await sequelize.transaction(async (transaction) => {
 *   const order = await Order.create({ item: 'tea' }, { transaction })
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: sequelizeTransaction(transaction) })
 * })
 * ```
 */
export function sequelizeTransaction(transaction: SequelizeTransaction): AdaptedTransaction {
  const internals = transaction as unknown as Internals;
  if (typeof transaction?.commit !== 'function' || typeof internals.id !== 'string') {
    throw new TypeError(`sequelizeTransaction takes Sequelize's transaction, got ${kindOf(transaction)}`);
  }
  return adapted({
    send: inTurn(async (text, values) => {
      const { connection } = internals;
      if (connection === undefined) throw new Error('it has no connection');
      return (await connection.query({ text, values })).rows;
    }),
    closed: () => {
      const { id, finished, connection } = internals;
      if (finished !== undefined) return `the Sequelize transaction has ended with ${finished}`;
      return connection?.uuid === id ? undefined : 'the Sequelize transaction is not open';
    },
    identity: transaction,
  });
}
