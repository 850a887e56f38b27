// Explanations from the database: why a task waits, and which invariants of the data are violated.

import type { Explanation } from '../domain/explanation.ts';
import type { Problem } from '../domain/problem.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';
import { readDateOrNull } from './values.ts';

/**
 * Explains why a task has not run, or how it ended: a list of reasons, the decisive one first.
 *
 * @throws UnknownQueueError
 */
export async function explainTask(executor: Executor, queue: string, name: string): Promise<Explanation[]> {
  const rows = await run(executor, call('explain_task', { queue, name }));
  return rows.map((row) => ({ ...row, until: readDateOrNull(row.until) }));
}

/** Checks the invariants of the stored data by reading all of it. */
export async function verifyData(executor: Executor): Promise<Problem[]> {
  return run(executor, call('verify', {}));
}
