// Options of a queue's calls: the transaction they join, and whether they wake the dispatcher.

import type { OpenTransaction } from '../postgres/transaction.ts';

/** Options of `add`. */
export interface AddTaskOptions {
  /**
   * The open transaction that the tasks join: a pg client after BEGIN, a Kysely transaction, or an ORM's, adapted by
   * its door, such as `drizzleTransaction(tx)`. At most five tasks, unnamed.
   */
  transaction?: OpenTransaction | undefined;
  /** False skips NOTIFY, as PREPARE TRANSACTION (two-phase commit) requires. Default true. */
  wake?: boolean | undefined;
}

/** Options of calls that can be part of a transaction. */
export interface InTransaction {
  /** The open transaction that the statement joins, as with `add`: its effects exist if and only if that commits. */
  transaction?: OpenTransaction | undefined;
}
