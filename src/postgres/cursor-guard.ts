// Wraps a statement in a cursor, so that it runs in a transaction or not at all. The server rejects DECLARE outside a
// transaction, and FETCH does not find the cursor of a transaction that has ended. Both are handed over in the same
// tick. It costs a second round trip.

import { BadTransactionStateError } from '../domain/errors.ts';
import { serverErrorIn } from './server-error.ts';

/** Runs a statement that returns rows, through a cursor. */
export async function throughCursor<Value, Result>(
  send: (statements: { text: string; values: Value[] }[]) => PromiseLike<Result>,
  text: string,
  values: Value[],
): Promise<Result> {
  const cursor = `"taskqueue_${crypto.randomUUID()}"`;
  const declare = { text: `declare ${cursor} no scroll cursor for ${text}`, values };
  try {
    return await send([declare, { text: `fetch all from ${cursor}`, values: [] }]);
  } catch (error) {
    throw outside(error);
  }
}

/** 25P01: not in a transaction block; 34000: no such cursor, because the transaction ended between the two. */
function outside(error: unknown): unknown {
  const code = serverErrorIn(error)?.code;
  if (code !== '25P01' && code !== '34000') return error;
  return noTransaction(
    'the transaction was not open when the statement reached the database; await every call before the commit',
    error,
  );
}

export function noTransaction(message: string, cause?: unknown): BadTransactionStateError {
  return new BadTransactionStateError(message, { cause, hint: 'Nothing was added or changed.' });
}
