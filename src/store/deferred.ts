// Deferred calls that are too large for their tasks.

import type { Overflow } from '../domain/task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, type Query, runOne, statement } from '../schema/call.ts';
import type { Selected, TaskRow } from '../schema/rows.ts';

/** Returns the call; null if it does not exist or no longer exists. */
export async function deferredPayload(executor: Executor, id: string): Promise<Uint8Array | null> {
  return (await runOne(executor, call('deferred_payload', { id }))).deferred_payload;
}

/** Deletes a call. Returns false if there was no such call. */
export async function deleteDeferred(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('delete_deferred', { id }))).delete_deferred;
}

/** Adds the task and stores the call to which its body refers in one statement, so both exist or neither. */
export function withDeferredPayload(add: Query<Selected<TaskRow>>, { id, data }: Overflow): Query<Selected<TaskRow>> {
  const count = add.parameters.length;
  return statement(
    `select a.*, "taskqueue"."keep_deferred"(a.queue, a.name, $${count + 1}, $${count + 2}) from (${add.sql}) as a`,
    [...add.parameters, id, data],
  );
}
