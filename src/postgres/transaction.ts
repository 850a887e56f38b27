// Runs statements in a transaction that the caller opened, and only there. An add that is not awaited must not run
// after the COMMIT: as a statement of its own it would succeed, and the task would exist outside the transaction. A
// driver does not show which statements are queued ahead of another. There are two ways to be sure:
// - A pg client that is idle and in a transaction: the statement is sent immediately, so nothing can come before it.
// - Anything else: the statement is wrapped in a cursor, which costs a second round trip.

import { CompiledQuery } from 'kysely';
import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, handoverOf, inTurn } from './adapted-transaction.ts';
import { noTransaction, throughCursor } from './cursor-guard.ts';
import { type AnyKysely, type Executor, isKysely, isPool } from './executor.ts';
import { recognizeOrm } from './known-orms.ts';
import { ormExecutor } from './orm-executor.ts';
import { prepared, type Statement } from './prepared.ts';

/**
 * A transaction that the caller has opened: a pg client after BEGIN, Kysely's transaction, or that of an ORM, adapted
 * by the function of its door, such as `drizzleTransaction(tx)` of pgtaskqueue/drizzle.
 */
export type OpenTransaction = PgClient | KyselyTransaction | AdaptedTransaction;

/** Kysely's Transaction, of whichever version. */
export type KyselyTransaction = AnyKysely & { readonly isTransaction: true };

/** The part of pg's Client that is used; the last two members are optional. */
export interface PgClient {
  // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them
  query(statement: Statement): Promise<{ rows: any[] }>;
  getTransactionStatus?(): string | null;
  readonly readyForQuery?: boolean;
}

/**
 * Returns an executor whose statements are part of this transaction. If the driver allows it, a statement is handed to
 * the driver in the same tick as the call, so that a COMMIT sent afterwards follows it.
 *
 * @param prepare whether a pg client uses prepared statements
 * @throws BadTransactionStateError, immediately or from `query`, if there is no open transaction; TypeError for what is
 *   no transaction, or an ORM's without its door
 */
export function executorIn(transaction: OpenTransaction, prepare = false): Executor {
  const handover = handoverOf(transaction);
  if (handover) return ormExecutor(handover);
  if (isKysely(transaction)) return kyselyTransaction(transaction);
  const orm = recognizeOrm(transaction);
  if (orm) throw new TypeError(`transaction is ${orm.what}: pass ${orm.door}, from ${orm.module}`);
  if (typeof (transaction as Partial<PgClient>)?.query !== 'function') {
    const known = "a pg client, a Kysely transaction, or an ORM's transaction adapted by its door";
    throw new TypeError(`transaction must be ${known}, got ${kindOf(transaction)}`);
  }
  if (isPool(transaction)) throw noTransaction('transaction must be the client that ran BEGIN, got a pool');
  return pgTransaction(transaction as PgClient, prepare);
}

function pgTransaction(client: PgClient, prepare: boolean): Executor {
  if (idleStatus(client) === 'I') throw noTransaction('the client has no open transaction: run BEGIN first');
  const send = inTurn(async (text: string, values: unknown[]) => (await client.query({ text, values })).rows);
  return {
    inTransaction: true,
    query: async (text, values) => {
      if (idleStatus(client) === 'T') return client.query(prepare ? prepared(text, values) : { text, values });
      return { rows: [...(await throughCursor(send, text, values))] };
    },
  };
}

/** The status of an idle client: T in a transaction, I outside, E in a failed one; undefined if it is unknown. */
function idleStatus(client: PgClient): string | null | undefined {
  return client.readyForQuery === true ? client.getTransactionStatus?.() : undefined;
}

function kyselyTransaction(transaction: AnyKysely): Executor {
  return ormExecutor({
    // Both statements while the connection is held. A COMMIT does not wait for it, and would come in between.
    send: (statements) =>
      transaction.getExecutor().provideConnection((connection) => {
        const query = (text: string, values: unknown[]) => connection.executeQuery(CompiledQuery.raw(text, values));
        return inTurn(async (text: string, values: unknown[]) => (await query(text, values)).rows)(statements);
      }),
    closed: () => problemOfKysely(transaction),
    identity: transaction,
  });
}

function problemOfKysely({ isTransaction, isCommitted, isRolledBack }: AnyKysely): string | undefined {
  if (!isTransaction) return 'this Kysely instance is not a transaction';
  return isCommitted || isRolledBack ? 'the Kysely transaction has ended' : undefined;
}
