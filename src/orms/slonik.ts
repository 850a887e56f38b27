// Slonik's transactions.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, inTurn } from '../postgres/adapted-transaction.ts';

/** The part of Slonik's DatabaseTransactionConnection that is used. */
export interface SlonikTransaction {
  readonly transactionId: string;
  // biome-ignore lint/suspicious/noExplicitAny: Slonik's token and rows
  query: (token: any) => PromiseLike<{ readonly rows: readonly any[] }>;
}

/** The part that its types don't show: the state of its connection. */
interface Internals {
  poolClientState?: { transactionId?: string | null };
}

/** Slonik recognizes its tokens by this symbol, and leaves rows as they are without a parser. */
const TOKEN = { type: Symbol.for('SLONIK_TOKEN_QUERY'), parser: undefined };

/**
 * Adapts a transaction of Slonik.
 *
 * @param connection what `pool.transaction` passes to its callback, or a nested one
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await pool.transaction(async (connection) => {
 *   const order = await connection.oneFirst(sql.type(id)`insert into orders (item) values ('tea') returning id`)
 *   await queues.add({ url: '/ship', json: { order } }, { transaction: slonikTransaction(connection) })
 * })
 * ```
 */
export function slonikTransaction(connection: SlonikTransaction): AdaptedTransaction {
  if (typeof connection?.query !== 'function' || !('oneFirst' in connection)) {
    throw new TypeError(`slonikTransaction takes Slonik's connection of a transaction, got ${kindOf(connection)}`);
  }
  return adapted({
    send: inTurn(async (sql, values) => (await connection.query({ ...TOKEN, sql, values })).rows),
    closed: () => problemOf(connection),
    identity: connection,
  });
}

function problemOf(connection: SlonikTransaction): string | undefined {
  const { transactionId } = connection;
  if (transactionId === undefined) return 'this connection is not a transaction: pass the one of pool.transaction';
  const { poolClientState } = connection as Internals;
  return poolClientState && poolClientState.transactionId !== transactionId
    ? 'the Slonik transaction has ended'
    : undefined;
}
