// A handler that shares the test's transaction: if one of its statements fails, only its own work is undone, as its own
// transaction would be.

import { CompiledQuery } from 'kysely';
import { handoverOf } from './adapted-transaction.ts';
import { isKysely } from './executor.ts';
import type { OpenTransaction, PgClient } from './transaction.ts';

/** Runs one statement that returns nothing. */
type Run = (text: string) => Promise<unknown>;

/** The handler itself, if there is no transaction. */
export function inSavepoint<Arguments extends unknown[], Result>(
  transaction: OpenTransaction | undefined,
  handler: (...given: Arguments) => Result | Promise<Result>,
): (...given: Arguments) => Result | Promise<Result> {
  const run = transaction && runIn(transaction);
  if (!run) return handler;
  return async (...given) => {
    await run('savepoint pgtaskqueue_attempt');
    try {
      return await handler(...given);
    } finally {
      await run('release savepoint pgtaskqueue_attempt').catch(async () => {
        await run('rollback to savepoint pgtaskqueue_attempt');
        await run('release savepoint pgtaskqueue_attempt');
      });
    }
  };
}

function runIn(transaction: OpenTransaction): Run | undefined {
  const handover = handoverOf(transaction);
  if (handover) return async (text) => handover.send([{ text, values: [] }]);
  if (isKysely(transaction)) return (text) => transaction.executeQuery(CompiledQuery.raw(text));
  const client = transaction as PgClient;
  return typeof client.query === 'function' ? (text) => client.query({ text, values: [] }) : undefined;
}
