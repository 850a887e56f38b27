// pgtaskqueue: add tasks, lease them, run the queues.

export type { Database } from './client/database.ts';
export type { WaitingLeaseRequest } from './client/lease-or-wait.ts';
export type { WaitOptions } from './client/outcome-wait.ts';
export { type AddTaskOptions, type InTransaction, QueueHandle } from './client/queue-handle.ts';
export { LeasedTask, Task } from './client/task.ts';
export { TaskQueues, type TaskQueuesOptions } from './client/task-queues.ts';
export type { TypedQueueHandle, TypedTask } from './client/typed-queue-handle.ts';
export { type ErrorRow, errorTable, exitCodeOf, httpStatusOf } from './domain/error-table.ts';
export * from './domain/errors.ts';
export * from './domain/limits.ts';
export { namespaceManager } from './domain/namespace-manager.ts';
export type {
  DeathNotices,
  NewQueue,
  Queue,
  QueueMode,
  QueueState,
  QueueStatistics,
  QueueStatus,
} from './domain/queue.ts';
export { defineQueue, type QueueDefinition, type TaskWithBody } from './domain/queue-definition.ts';
export type { ApplyOptions, QueueChange } from './domain/queue-file/queue-change.ts';
export type { DeathNoticesEntry, QueueConfig, QueueEntry, QueueEntryRetry } from './domain/queue-file/queue-config.ts';
export type { RetryParameters } from './domain/retry.ts';
export type { SchemaInput, SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './domain/standard-schema.ts';
export { DEFAULT_APP_VERSION, type Target, type TargetOptions } from './domain/target.ts';
export type { AddResult, CompletedTask, NewTask, ParamValue, TaskOutcome } from './domain/task.ts';
export type { AdaptedTransaction } from './postgres/adapted-transaction.ts';
export type { OpenTransaction, PgClient } from './postgres/transaction.ts';
export {
  type ClientOf,
  type TransactionClient,
  type TransactionOptions,
  withTransaction,
} from './postgres/with-transaction.ts';
export type { TelemetryApi, TelemetryOptions } from './runtime/telemetry.ts';
export type { CompletedFilter } from './store/completed-tasks.ts';
export type { LeaseRequest } from './store/leases.ts';
export type { PauseOptions } from './store/queues.ts';
