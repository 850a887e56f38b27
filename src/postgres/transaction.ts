// Runs statements in a transaction that the caller opened, and only there. An add that is not awaited must not run
// after the COMMIT: as a statement of its own it would succeed, and the task would exist outside the transaction. A
// driver does not show which statements are queued ahead of another. There are two ways to be sure:
// - A pg client that is idle and in a transaction: the statement is sent immediately, so nothing can come before it.
// - Anything else: the statement is wrapped in a cursor. The server rejects DECLARE outside a transaction, and FETCH
//   does not find the cursor of a transaction that has ended. Both are sent in the same tick. It costs a second round
//   trip.

import type { Transaction } from 'kysely';
import { CompiledQuery } from 'kysely';
import { BadTransactionStateError } from '../domain/errors.ts';
import { type AnyKysely, type Executor, isKysely, isPool } from './executor.ts';
import { prepared, type Statement } from './prepared.ts';

/** A connection on which the caller has opened a transaction: a pg client, or Kysely's transaction. */
// biome-ignore lint/suspicious/noExplicitAny: whatever tables the application has
export type OpenTransaction = PgClient | Transaction<any>;

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
 * @throws BadTransactionStateError, immediately or from `query`, if there is no open transaction
 */
export function executorIn(transaction: OpenTransaction, prepare = false): Executor {
  if (isKysely(transaction)) return kyselyTransaction(transaction);
  if (typeof (transaction as Partial<PgClient>)?.query !== 'function') {
    throw new TypeError('transaction must be a pg client or a Kysely transaction');
  }
  if (isPool(transaction)) throw noTransaction('transaction must be the client that ran BEGIN, got a pool');
  return pgTransaction(transaction as PgClient, prepare);
}

function pgTransaction(client: PgClient, prepare: boolean): Executor {
  if (idleStatus(client) === 'I') throw noTransaction('the client has no open transaction: run BEGIN first');
  return {
    inTransaction: true,
    query: async (text, values) => {
      if (idleStatus(client) === 'T') return client.query(prepare ? prepared(text, values) : { text, values });
      return guarded((statement, parameters) => client.query({ text: statement, values: parameters }), text, values);
    },
  };
}

/** The status of an idle client: T in a transaction, I outside, E in a failed one; undefined if it is unknown. */
function idleStatus(client: PgClient): string | null | undefined {
  return client.readyForQuery === true ? client.getTransactionStatus?.() : undefined;
}

function kyselyTransaction(transaction: AnyKysely): Executor {
  if (!transaction.isTransaction) throw noTransaction('this Kysely instance is not a transaction');
  return {
    inTransaction: true,
    query: async (text, values) => {
      let begun = false;
      try {
        return await transaction.getExecutor().provideConnection((connection) => {
          begun = true;
          return guarded(
            (sql, parameters) => connection.executeQuery(CompiledQuery.raw(sql, parameters)),
            text,
            values,
          );
        });
      } catch (error) {
        throw begun ? error : noTransaction('the transaction has ended', error);
      }
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: rows are as the statement makes them
type Send = (text: string, values: unknown[]) => Promise<{ rows: any[] }>;

async function guarded(send: Send, text: string, values: unknown[]): ReturnType<Send> {
  const cursor = `"taskqueue_${crypto.randomUUID()}"`;
  const declared = send(`declare ${cursor} no scroll cursor for ${text}`, values);
  const fetched = send(`fetch all from ${cursor}`, []);
  const [declaration, result] = await Promise.allSettled([declared, fetched]);
  if (declaration.status === 'rejected') throw outside(declaration.reason);
  if (result.status === 'rejected') throw outside(result.reason);
  return result.value;
}

/** 25P01: not in a transaction block; 34000: no such cursor, because the transaction ended between the two. */
function outside(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code !== '25P01' && code !== '34000') return error;
  return noTransaction(
    'the transaction was not open when the add reached the database; await every add before the commit',
    error,
  );
}

function noTransaction(message: string, cause?: unknown): BadTransactionStateError {
  return new BadTransactionStateError(message, { cause, hint: 'Nothing was added.' });
}
