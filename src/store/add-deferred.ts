// Adding a task and keeping its deferred call with one statement: both are there, or neither.

import { CompiledQuery } from 'kysely';
import type { Overflow } from '../domain/task.ts';
import type { Crossed, TaskRow } from '../schema/rows.ts';

/** The statement that adds the task, and keeps the call that its body names. */
export function keeping(add: CompiledQuery<Crossed<TaskRow>>, { id, data }: Overflow): CompiledQuery<Crossed<TaskRow>> {
  const count = add.parameters.length;
  return CompiledQuery.raw(
    `select a.*, "taskqueue"."keep_deferred"(a.queue, a.name, $${count + 1}, $${count + 2}) from (${add.sql}) as a`,
    [...add.parameters, id, data],
  ) as CompiledQuery<Crossed<TaskRow>>;
}
