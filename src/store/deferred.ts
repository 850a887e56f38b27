// Deferred calls that were too large for their tasks.

import type { CompiledQuery } from 'kysely';
import type { Overflow } from '../domain/task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, runOne, statement } from '../schema/call.ts';
import type { Crossed, TaskRow } from '../schema/rows.ts';

/** The call; null: there is none, or none any more. */
export async function deferredPayload(executor: Executor, id: string): Promise<Uint8Array | null> {
  return (await runOne(executor, call('deferred_payload', { id }))).deferred_payload;
}

/** Forgets a call; false: there was none. */
export async function deleteDeferred(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('delete_deferred', { id }))).delete_deferred;
}

/** Adds the task and keeps the call that its body names, in one statement: both are there, or neither. */
export function keeping(add: CompiledQuery<Crossed<TaskRow>>, { id, data }: Overflow): CompiledQuery<Crossed<TaskRow>> {
  const count = add.parameters.length;
  return statement(
    `select a.*, "taskqueue"."keep_deferred"(a.queue, a.name, $${count + 1}, $${count + 2}) from (${add.sql}) as a`,
    [...add.parameters, id, data],
  );
}
