// Adding many tasks by App Engine's rules: if one of them is invalid, it gets its code, the valid ones are skipped, and
// nothing is added. Names in use are results of their tasks alone.

import type { MessageShape } from '@bufbuild/protobuf';
import { TooManyTasksError } from '../domain/errors.ts';
import type { Executor } from '../postgres/executor.ts';
import { checkTasks } from '../store/app-engine.ts';
import type { TaskArguments } from '../store/new-task.ts';
import { addTasks } from '../store/tasks.ts';
import { RemoteCallError, remoteCodeOf, remoteCodeOfState, TASK_QUEUE_CODES } from './codes.ts';
import { textOf } from './method.ts';
import { addedTask } from './new-task.ts';
import type { AddRequest } from './schema/add.ts';

type Request = MessageShape<typeof AddRequest>;

/** How one task was added, or why not. */
export interface AddedResult {
  code: number;
  /** The chosen name. */
  name?: string;
}

/** A task on its way into its queue. */
interface Draft extends AddedResult {
  queue: string;
  /** Undefined: it cannot be read, and `code` says why. */
  task: TaskArguments | undefined;
}

type Group = readonly [queue: string, drafts: readonly Draft[]];

const MOST_TASKS = 100;

/**
 * Adds the tasks. Returns one result for each, in order.
 *
 * @throws RemoteCallError if one is part of a datastore transaction; TooManyTasksError
 */
export async function bulkAdd(executor: Executor, requests: readonly Request[]): Promise<readonly AddedResult[]> {
  for (const request of requests) refuseTransaction(request);
  if (requests.length > MOST_TASKS)
    throw new TooManyTasksError(`a call must have at most ${MOST_TASKS} tasks, got ${requests.length}`);
  const drafts = requests.map(draftOf);
  const groups: Group[] = [...Map.groupBy(drafts, ({ queue }) => queue)];
  // Usually all tasks are valid, and of one queue: then adding is the check.
  const isPlain = groups.length === 1 && drafts.every(({ task }) => task);
  if (isPlain) for (const group of groups) await addGroup(executor, group);
  if (drafts.every(({ name }) => name !== undefined)) return drafts;
  const wrong = new Map<Draft, number>();
  for (const group of groups) await checkGroup(executor, group, wrong);
  if (wrong.size > 0) return drafts.map((draft) => ({ code: wrong.get(draft) ?? TASK_QUEUE_CODES.SKIPPED }));
  if (!isPlain) for (const group of groups) await addGroup(executor, group);
  return drafts;
}

/** @throws RemoteCallError */
export function refuseTransaction({ transaction, datastoreTransaction }: Request): void {
  if (!transaction && !datastoreTransaction) return;
  throw new RemoteCallError(
    TASK_QUEUE_CODES.DATASTORE_BAD_REQUEST,
    'tasks can be added in a transaction of PostgreSQL, not in one of the datastore: ' +
      'call taskqueue.add in the transaction that writes your data',
  );
}

function draftOf(request: Request): Draft {
  const queue = textOf(request.queueName);
  try {
    return { queue, task: addedTask(request), code: TASK_QUEUE_CODES.OK };
  } catch (error) {
    return { queue, task: undefined, code: remoteCodeOf(error) };
  }
}

/** Adds the tasks of a queue, all of which could be read. An error is the result of each of them. */
async function addGroup(executor: Executor, [queue, drafts]: Group): Promise<void> {
  const tasks = drafts.flatMap(({ task }) => task ?? []);
  try {
    const added = await addTasks(executor, queue, tasks, { transactional: false });
    for (const [index, { name, result }] of added.entries()) {
      Object.assign(drafts[index] as Draft, { name, code: CODE_OF_RESULT[result] });
    }
  } catch (error) {
    for (const draft of drafts) draft.code = remoteCodeOf(error);
  }
}

const CODE_OF_RESULT = {
  added: TASK_QUEUE_CODES.OK,
  exists: TASK_QUEUE_CODES.TASK_ALREADY_EXISTS,
  tombstoned: TASK_QUEUE_CODES.TOMBSTONED_TASK,
} as const;

/** Finds the tasks of a queue that are invalid, and their codes. */
async function checkGroup(executor: Executor, [queue, drafts]: Group, wrong: Map<Draft, number>): Promise<void> {
  for (const draft of drafts) if (!draft.task) wrong.set(draft, draft.code);
  const read = drafts.filter(({ task }) => task);
  try {
    const states = await checkTasks(
      executor,
      queue,
      read.flatMap(({ task }) => task ?? []),
    );
    for (const [index, state] of states.entries()) {
      if (state !== undefined) wrong.set(read[index] as Draft, remoteCodeOfState(state));
    }
  } catch (error) {
    for (const draft of drafts) wrong.set(draft, remoteCodeOf(error));
  }
}
