// Adds the tasks of one queue: the checks that need no database, then one statement.

import { ADD_GUESSES } from '../domain/first-guesses.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { QueueDefinition } from '../domain/queue-definition.ts';
import type { NewTask, Overflow } from '../domain/task.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { executorIn } from '../postgres/transaction.ts';
import type { TaskArguments } from '../store/new-task.ts';
import { checkTransactional, isList, readResults, readTasks } from './batch.ts';
import type { AddTaskOptions } from './call-options.ts';
import { fittingTasks } from './fitting-tasks.ts';
import { inNamespace } from './in-namespace.ts';
import { Task } from './task.ts';
import { type Adding, addMany, addOne } from './traced-add.ts';

interface EnqueuerParts {
  queue: string;
  own: OwnStatements;
  adding: Adding;
  /** Has the schema of the tasks' JSON, if the queue was defined with one. */
  definition: QueueDefinition | undefined;
}

export class Enqueuer {
  readonly #parts: EnqueuerParts;

  constructor(parts: EnqueuerParts) {
    this.#parts = parts;
  }

  async add(given: NewTask | readonly NewTask[], options: AddTaskOptions, overflow?: Overflow): Promise<Task | Task[]> {
    requireKnownKeys(options, ['transaction', 'wake'], 'the options of add', ADD_GUESSES);
    const { transaction, wake } = options;
    const { queue, own, adding, definition } = this.#parts;
    const all = isList(given) ? given : [given];
    const fitting = definition ? fittingTasks(definition, all, isList(given), transaction) : all;
    const tasks = inNamespace(readTasks(fitting instanceof Promise ? await fitting : fitting));
    if (tasks.length === 0) return [];
    const executor = transaction ? executorIn(transaction, own.prepare) : own;
    if (transaction) checkTransactional(tasks);
    // In a transaction nothing is awaited before the statement is handed to the driver, so that a later COMMIT follows.
    const how = { ...adding, transactional: Boolean(transaction), wake };
    if (!isList(given)) return new Task(await addOne(executor, queue, tasks[0] as TaskArguments, { ...how, overflow }));
    return readResults(queue, await addMany(executor, queue, tasks, how));
  }
}
