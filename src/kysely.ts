// pgtaskqueue/kysely: the views as a Kysely database, and the same verbs, which take Kysely's transactions.

export { type AddTaskOptions, QueueHandle } from './client/queue-handle.ts';
export { LeasedTask, Task } from './client/task.ts';
export { TaskQueues, type TaskQueuesOptions } from './client/task-queues.ts';
export type {
  DeadTasksView,
  DispatchersView,
  KeysView,
  LocksView,
  QueuesView,
  TargetsView,
  TaskQueueViews,
  TasksView,
  TokensView,
  TombstonesView,
} from './schema/views.ts';
