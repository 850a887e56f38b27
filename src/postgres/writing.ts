// Checks whether a server can write: it is not a hot standby, and not read-only by default.

import { CannotWrite } from './cannot-write.ts';
import type { Executor } from './executor.ts';

const ASK = `select pg_catalog.current_setting('in_hot_standby') as standby,
  pg_catalog.current_setting('transaction_read_only') as read_only`;

/**
 * Returns why this connection's server cannot write, as a sentence; undefined if it can. The connection must not be in
 * a transaction.
 */
export async function whyItCannotWrite(executor: Executor): Promise<string | undefined> {
  const [{ standby, read_only }] = (await executor.query(ASK, [])).rows;
  if (standby === 'on') return 'it is a hot standby';
  return read_only === 'on' ? 'its transactions are read-only (default_transaction_read_only)' : undefined;
}

/** @throws CannotWrite */
export async function requireWriting(executor: Executor): Promise<void> {
  const reason = await whyItCannotWrite(executor);
  if (reason !== undefined) throw new CannotWrite(`the server cannot write: ${reason}`);
}
