// Runs statements in the transaction of Kysely or another ORM. ORMs rename columns, parse values and queue statements
// each in its own way, and some send a late statement outside any transaction, or in that of a stranger who has got the
// connection. So all that passes through them is text, in one row with one column. The first statement runs through a
// cursor, and its answer has the id of the transaction. Each later one has an effect in that transaction only.

import { TaskQueueError } from '../domain/errors.ts';
import type { Handover, TextValue } from './adapted-transaction.ts';
import { connectionTrouble } from './connection-trouble.ts';
import { noTransaction, throughCursor } from './cursor-guard.ts';
import type { Executor } from './executor.ts';
import { serverErrorIn } from './server-error.ts';
import { bytesFromText, textValue } from './text-values.ts';

/** The ids of transactions, by the ORM's object. */
const idsByIdentity = new WeakMap<object, string>();

export function ormExecutor(handover: Handover): Executor {
  requireOpen(handover);
  return {
    inTransaction: true,
    query: async (text, values) => {
      requireOpen(handover);
      const { identity } = handover;
      const expected = identity && idsByIdentity.get(identity);
      const { id, rows } = await answerTo(handover, inOneRow(text, expected), values.map(textValue), expected);
      if (expected !== undefined && id !== expected) {
        throw noTransaction('the transaction has ended; await every call before the commit');
      }
      if (identity && id !== null) idsByIdentity.set(identity, id);
      return { rows: rows.map(withBytes) };
    },
  };
}

function requireOpen(handover: Handover): void {
  const problem = handover.closed();
  if (problem !== undefined) throw noTransaction(problem);
}

/** Makes the answer of a statement one row of text. With an id, the statement runs in that transaction only. */
function inOneRow(text: string, id: string | undefined): string {
  const only = `where pg_catalog.pg_current_xact_id_if_assigned() operator(pg_catalog.=) '${id}'::pg_catalog.xid8`;
  return `select pg_catalog.json_build_object(
      'id', pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text,
      'rows', coalesce(pg_catalog.json_agg(r), '[]'::pg_catalog.json))::pg_catalog.text as answer
    from (${text}) as r ${id === undefined ? '' : only}`;
}

interface Answer {
  /** Null: nothing has been written yet. */
  id: string | null;
  rows: Record<string, unknown>[];
}

async function answerTo(handover: Handover, text: string, values: TextValue[], id?: string): Promise<Answer> {
  try {
    const rows = await (id === undefined
      ? throughCursor(handover.send, text, values)
      : handover.send([{ text, values }]));
    return JSON.parse(Object.values(rows[0] ?? {})[0]);
  } catch (error) {
    if (error instanceof TaskQueueError || serverErrorIn(error) || connectionTrouble(error)) throw error;
    throw noTransaction(`the transaction did not take the statement: ${(error as Error).message}`, error);
  }
}

/** The columns that are bytes, in all functions and views that have them. JSON shows them as text. */
export const COLUMNS_OF_BYTES = ['payload', 'body', 'task_payload', 'deferred_payload'];

function withBytes(row: Record<string, unknown>): Record<string, unknown> {
  for (const name of COLUMNS_OF_BYTES) if (typeof row[name] === 'string') row[name] = bytesFromText(row[name]);
  return row;
}
