// One call of add: the checks made before anything is sent, in App Engine's order, and the reading of its results.

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
 * Reads each task once and checks what can be checked without the database.
 *
 * @throws TypeError, InvalidTaskError for an invalid task or a mixture of push and pull tasks; TooManyTasksError;
 *   DuplicateTaskNameError; BadTaskStateError for a task that was added before
 */
export function readTasks(tasks: readonly NewTask[]): TaskArguments[] {
  const added = tasks.find((task) => task instanceof Task);
  const read = tasks.map((task) => (task instanceof Task ? { name: task.name } : taskArguments(task)));
  refuseMixture(read);
  if (tasks.length > MAX_TASKS_PER_ADD)
    throw tooMany(tasks.length, `one call adds at most ${MAX_TASKS_PER_ADD} tasks`, 'Split them over several calls.');
  const names = new Set<string>();
  for (const { name } of read) {
    if (!name) continue; // an empty name means no name
    if (names.has(name)) {
      throw new DuplicateTaskNameError(`two tasks of one call are named ${name}`, { detail: { name } });
    }
    names.add(name);
  }
  if (!added) return read;
  throw new BadTaskStateError(`task ${added.name} has already been added`, {
    hint: 'To add another task, pass the object it was made from, or a copy.',
  });
}

/**
 * Checks the limits of a transaction. The database enforces them too, but its error would abort the whole transaction.
 *
 * @throws InvalidTaskNameError, TooManyTasksError
 */
export function checkTransactional(tasks: readonly TaskArguments[]): void {
  const named = tasks.find(({ name }) => name);
  if (named) {
    throw new InvalidTaskNameError(`a task added in a transaction must have no name, got ${named.name}`, {
      detail: { name: named.name },
      hint: 'Omit the name, or add the task outside the transaction.',
    });
  }
  if (tasks.length > MAX_TASKS_PER_TRANSACTION) {
    const hint = 'Add one task whose handler adds the others.';
    throw tooMany(tasks.length, `one transaction adds at most ${MAX_TASKS_PER_TRANSACTION} tasks`, hint);
  }
}

/**
 * Returns the tasks of a batch if all were added.
 *
 * @throws TaskAlreadyExistsError or TombstonedTaskError, depending on the last task whose name was in use; `results`
 *   tells which tasks were added
 */
export function readResults(queueName: string, results: readonly AddResult[]): Task[] {
  const refused = results.filter(({ result }) => result !== 'added');
  const last = refused.at(-1);
  if (last === undefined)
    return (results as readonly (AddResult & Times)[]).map(
      ({ name, eta, created }) => new Task({ queue: queueName, name, eta, created }),
    );
  const names = refused
    .map(({ name, result }) => `${name} ${result === 'exists' ? 'exists' : 'is tombstoned'}`)
    .join(', ');
  const added = results.length - refused.length;
  const errorClass = last.result === 'exists' ? TaskAlreadyExistsError : TombstonedTaskError;
  throw new errorClass(`added ${added} of ${results.length} tasks to queue ${queueName}; not added: ${names}`, {
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
    throw new InvalidTaskError('the tasks of one call must be all push or all pull, got both', {
      hint: 'Make two calls.',
    });
  }
}

function tooMany(asked: number, rule: string, hint: string): TooManyTasksError {
  return new TooManyTasksError(`${rule}, got ${asked}`, { detail: { asked }, hint });
}

export function isList(given: NewTask | readonly NewTask[]): given is readonly NewTask[] {
  return Array.isArray(given);
}
