// One call of add: what is checked before anything is sent, in App Engine's order, and what its results mean.

import {
  BadTaskStateError,
  DuplicateTaskNameError,
  InvalidTaskError,
  InvalidTaskNameError,
  TaskAlreadyExistsError,
  TombstonedTaskError,
  TooManyTasksError,
} from '../domain/errors.ts';
import { MAX_TASKS_PER_ADD, MAX_TASKS_PER_TRANSACTION } from '../domain/limits.ts';
import type { AddResult, NewTask } from '../domain/task.ts';
import { type TaskArguments, taskArguments } from '../store/new-task.ts';
import { Task } from './task.ts';

/**
 * Reads the tasks, once each, and checks what can be seen without the database.
 *
 * @throws TypeError, InvalidTaskError for tasks that can't be sent or a mixture of push and pull; TooManyTasksError; DuplicateTaskNameError;
 *   BadTaskStateError for one that was added before
 */
export function readTasks(tasks: readonly NewTask[]): TaskArguments[] {
  const added = tasks.find((task) => task instanceof Task);
  const read = tasks.map((task) => (task instanceof Task ? { name: task.name } : taskArguments(task)));
  refuseMixture(read);
  if (tasks.length > MAX_TASKS_PER_ADD)
    throw tooMany(tasks.length, `a call may add ${MAX_TASKS_PER_ADD} tasks`, 'Split it.');
  const names = new Set<string>();
  for (const { name } of read) {
    if (!name) continue; // an empty name is none
    if (names.has(name)) {
      throw new DuplicateTaskNameError(`the name ${name} stands twice in one call`, { detail: { name } });
    }
    names.add(name);
  }
  if (!added) return read;
  throw new BadTaskStateError(`task ${added.name} was added already`, {
    hint: 'Add the object it was made from, or a copy, to have another task.',
  });
}

/**
 * Checks what a transaction allows. The database would refuse the same, but its refusal costs the whole transaction.
 *
 * @throws InvalidTaskNameError, TooManyTasksError
 */
export function checkTransactional(tasks: readonly TaskArguments[]): void {
  const named = tasks.find(({ name }) => name);
  if (named) {
    throw new InvalidTaskNameError(`a task that is added in a transaction can't be named: ${named.name}`, {
      detail: { name: named.name },
      hint: 'Leave the name out, or add the task without the transaction.',
    });
  }
  if (tasks.length > MAX_TASKS_PER_TRANSACTION) {
    const hint = 'Add one task that adds the others when it runs.';
    throw tooMany(tasks.length, `a transaction may add ${MAX_TASKS_PER_TRANSACTION} tasks`, hint);
  }
}

/**
 * The tasks of a batch, if all were added.
 *
 * @throws TaskAlreadyExistsError or TombstonedTaskError, by the last task whose name was in use; `results` tells which were added
 */
export function readResults(queueName: string, results: readonly AddResult[]): Task[] {
  const refused = results.filter(({ result }) => result !== 'added');
  const last = refused.at(-1);
  if (last === undefined)
    return results.map((result) => new Task({ ...(result as AddResult & Times), queue: queueName }));
  const names = refused
    .map(({ name, result }) => `${name} ${result === 'exists' ? 'exists' : 'is a tombstone'}`)
    .join(', ');
  const added = results.length - refused.length;
  const errorClass = last.result === 'exists' ? TaskAlreadyExistsError : TombstonedTaskError;
  throw new errorClass(`${added} of ${results.length} tasks were added to queue ${queueName}; of the others ${names}`, {
    detail: { queue: queueName, name: last.name },
    results,
  });
}

interface Times {
  eta: Date;
  created: Date;
}

function refuseMixture(tasks: readonly TaskArguments[]): void {
  const isPull = ({ method }: TaskArguments) => method?.toUpperCase() === 'PULL';
  const isPush = ({ method, url, headers, target }: TaskArguments) =>
    (method ?? url ?? headers ?? target) !== undefined;
  if (tasks.some(isPull) && tasks.some((task) => !isPull(task) && isPush(task))) {
    throw new InvalidTaskError('one call adds push tasks or pull tasks, not both', { hint: 'Make two calls.' });
  }
}

function tooMany(asked: number, rule: string, hint: string): TooManyTasksError {
  return new TooManyTasksError(`${rule}; this call has ${asked}`, { detail: { asked }, hint });
}
