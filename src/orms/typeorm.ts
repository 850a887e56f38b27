// TypeORM's transactions.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of TypeORM's QueryRunner that is used. */
export interface TypeormQueryRunner {
  readonly isReleased: boolean;
  readonly isTransactionActive: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: rows and parameters of any type
  query(text: string, values?: any[]): Promise<any>;
}

/** The part of TypeORM's EntityManager that is used; a transaction's has a query runner. */
export interface TypeormManager {
  readonly queryRunner?: TypeormQueryRunner | undefined;
  getRepository: unknown;
  /** A DataSource has none. */
  save: unknown;
}

const ROOT = 'this EntityManager has no open transaction: pass the manager of dataSource.transaction';

/** A runner that is released in the midst of its transaction has lost its connection. */
const LOST = 'connection terminated: TypeORM has released the QueryRunner of an open transaction';

/**
 * Adapts a transaction of TypeORM.
 *
 * @param transaction the manager that `dataSource.transaction` passes to its callback, or a query runner on which
 *   `startTransaction` has run
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await dataSource.transaction(async (manager) => {
 *   const order = await manager.save(Order, { item: 'tea' })
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: typeormTransaction(manager) })
 * })
 * ```
 */
export function typeormTransaction(transaction: TypeormManager | TypeormQueryRunner): AdaptedTransaction {
  const isManager = typeof (transaction as Partial<TypeormManager>)?.getRepository === 'function';
  if (!isManager && typeof (transaction as Partial<TypeormQueryRunner>)?.isReleased !== 'boolean') {
    const takes = "a transaction's EntityManager or QueryRunner";
    throw new TypeError(`typeormTransaction takes ${takes}, got ${kindOf(transaction)}`);
  }
  const runner = (isManager ? (transaction as TypeormManager).queryRunner : transaction) as
    | TypeormQueryRunner
    | undefined;
  return adapted({
    send: inTurn(async (text, values) => {
      if (runner?.isReleased) throw new Error(LOST);
      return runner?.query(text, values);
    }),
    closed: () => {
      if (runner === undefined) return ROOT;
      if (runner.isTransactionActive) return undefined;
      return runner.isReleased ? 'the transaction has ended' : 'the QueryRunner has no open transaction';
    },
    // No identity: a query runner can have one transaction after another.
  });
}
