// Where and how the calls of a queue run.

import type { OpenTransaction } from '../postgres/transaction.ts';

/** How tasks are added. */
export interface AddTaskOptions {
  /** The open transaction the tasks are to be part of: a pg client that said BEGIN, or Kysely's transaction. At most five, unnamed. */
  transaction?: OpenTransaction | undefined;
  /** False: no NOTIFY, for transactions that are to be prepared (two-phase commit). Default true. */
  wake?: boolean | undefined;
}

/** Where a statement is to run. */
export interface InTransaction {
  /** The open transaction it is to be part of, as with `add`: what it does exists if and only if that commits. */
  transaction?: OpenTransaction | undefined;
}
