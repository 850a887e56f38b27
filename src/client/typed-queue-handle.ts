// A handle on a queue that was defined with a schema: the compiler knows the JSON of its tasks.

import type { NewTask } from '../domain/task.ts';
import type { AddTaskOptions } from './call-options.ts';
import type { QueueHandle } from './queue-handle.ts';
import type { Task } from './task.ts';

/** A task whose body is JSON of a defined type. */
export type TypedTask<Json> = Omit<NewTask, 'json' | 'payload' | 'params'> & { json: Json };

/** A queue whose tasks carry JSON of a defined type. */
export interface TypedQueueHandle<Json> extends Omit<QueueHandle, 'add'> {
  /**
   * Adds a task, or up to 100, as QueueHandle.add does, if the JSON of each fits the schema.
   *
   * @throws InvalidTaskError that names the path to what does not fit, or for an asynchronous schema in a transaction:
   *   there the add must hand over its statement immediately; also the errors of QueueHandle.add
   */
  add(task: TypedTask<Json>, options?: AddTaskOptions): Promise<Task>;
  add(tasks: readonly TypedTask<Json>[], options?: AddTaskOptions): Promise<Task[]>;
}
