// What the database says of itself: why a task waits, and what is wrong with the data.

import type { Explanation } from '../domain/explanation.ts';
import type { Problem } from '../domain/problem.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';
import { readDateOrNull } from './values.ts';

/**
 * Why a task has not run, or what has become of it: a reason each, the decisive one first.
 *
 * @throws UnknownQueueError
 */
export async function explainTask(executor: Executor, queue: string, name: string): Promise<Explanation[]> {
  const rows = await run(executor, call('explain_task', { queue, name }));
  return rows.map((row) => ({ ...row, until: readDateOrNull(row.until) }));
}

/** Checks the invariants of the stored data, reading all of it. */
export async function verifyData(executor: Executor): Promise<Problem[]> {
  return run(executor, call('verify', {}));
}
