// Tasks of a queue that was defined with a schema, checked before anything is sent.

import { InvalidTaskError } from '../domain/errors.ts';
import type { QueueDefinition } from '../domain/queue-definition.ts';
import type { NewTask } from '../domain/task.ts';
import type { OpenTransaction } from '../postgres/transaction.ts';
import { jsonText } from '../store/json-text.ts';
import { Task } from './task.ts';

/**
 * Returns the tasks with the JSON that was checked, in a promise only if the schema is asynchronous. What is checked is
 * what handlers will see: the JSON after toJSON.
 *
 * @throws InvalidTaskError, in the promise if the schema is asynchronous
 */
export function fittingTasks(
  definition: QueueDefinition,
  tasks: readonly NewTask[],
  several: boolean,
  transaction: OpenTransaction | undefined,
): readonly NewTask[] | Promise<readonly NewTask[]> {
  const pending: Promise<void>[] = [];
  const fitting = tasks.map((task, index) => {
    if (task instanceof Task) return task; // refused later, as one that was added before
    const json = ownJson(definition.name, task);
    const checking = definition.check(json, several ? `tasks[${index}].json` : 'json');
    if (checking) {
      checking.catch(() => {}); // another task may be refused before anyone awaits it
      pending.push(checking);
    }
    return { ...task, json };
  });
  if (pending.length === 0) return fitting;
  if (transaction) {
    throw new InvalidTaskError(`the schema of queue ${definition.name} must be synchronous in a transaction`, {
      hint: 'Check the JSON before the transaction, and add it through queues.queue(name).',
    });
  }
  return Promise.all(pending).then(() => fitting);
}

function ownJson(queue: string, task: NewTask): unknown {
  const other = (['payload', 'params'] as const).find((key) => task?.[key] !== undefined);
  if (other === undefined && task !== null && typeof task === 'object' && task.json !== undefined)
    return JSON.parse(jsonText(task.json));
  throw new InvalidTaskError(`a task of queue ${queue} must have json, got ${other ?? 'none'}`, {
    hint: 'Its definition has a schema for the JSON of its tasks.',
  });
}
