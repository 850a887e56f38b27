// The error classes. There is one for each case that a caller would handle differently; names and numbers are App
// Engine's where it had them.

import { TaskQueueError } from './task-queue-error.ts';

export { type ConfigProblem, QueueConfigError } from './config-error.ts';
export {
  InvalidEtaError,
  InvalidTaskNameError,
  InvalidUrlError,
  TaskAlreadyExistsError,
  TaskTooLargeError,
  TombstonedTaskError,
  TransactionalRequestTooLargeError,
} from './task-errors.ts';
export { InvalidTaskError, TaskQueueError, type TaskQueueErrorOptions } from './task-queue-error.ts';

/** There is no queue of this name. */
export class UnknownQueueError extends TaskQueueError {
  static override readonly code = 1;
}

/**
 * The database is unreachable, or refused for a temporary reason. Nothing was done unless `sent` is true. Try again.
 */
export class TransientError extends TaskQueueError {
  static override readonly code = 2;
  static override readonly retryable = true;
  /** True: the statement had been sent when the connection was lost, so it may have taken effect. */
  readonly sent: boolean;
  constructor(message: string, options: ConstructorParameters<typeof TaskQueueError>[1] & { sent?: boolean } = {}) {
    super(message, options);
    this.sent = options.sent ?? false;
  }
}

/** The database reported damaged data or an internal error. */
export class InternalError extends TaskQueueError {
  static override readonly code = 3;
}

/** A queue's settings are out of range: rate, bucket size, mode and so on. */
export class InvalidQueueError extends TaskQueueError {
  static override readonly code: number = 8;
}

/** A queue's name must be 1 to 100 letters, digits or hyphens. */
export class InvalidQueueNameError extends InvalidQueueError {
  static override readonly code = 6;
}

/** The database role must have the right to do this. */
export class PermissionDeniedError extends TaskQueueError {
  static override readonly code = 9;
}

/** A request is invalid: an unknown option, or an argument that can't be read. */
export class InvalidRequestError extends TaskQueueError {
  static override readonly code = 13;
}

/** All queues together have as many bytes (total_storage_limit of the queue file) or tasks (set_limits) as allowed. */
export class StorageLimitExceededError extends InvalidRequestError {}

/** The queue has no task of this name. */
export class UnknownTaskError extends TaskQueueError {
  static override readonly code = 14;
}

/** A queue of this name was deleted within the last seven days; its name can't be reused yet. */
export class TombstonedQueueError extends TaskQueueError {
  static override readonly code = 15;
}

/** One call names the same task twice. Nothing was sent. */
export class DuplicateTaskNameError extends TaskQueueError {
  static override readonly code = 16;
}

/** More than 100 tasks in a call, or more than five in a transaction. */
export class TooManyTasksError extends TaskQueueError {
  static override readonly code = 18;
}

/** A queue's retry parameters are out of range. */
export class InvalidRetryParametersError extends TaskQueueError {
  static override readonly code = 20;
}

/** The queue has the wrong mode: a push task for a pull queue, a lease from a push queue, and so on. */
export class InvalidQueueModeError extends TaskQueueError {
  static override readonly code = 21;
}

/** The lease has expired, or another worker has the task now. Stop working on the task. */
export class TaskLeaseExpiredError extends TaskQueueError {
  static override readonly code = 25;
}

/** The queue is paused: its tasks can't be leased. */
export class QueuePausedError extends TaskQueueError {
  static override readonly code = 26;
}

/** A tag must be at most 500 bytes. */
export class InvalidTagError extends TaskQueueError {
  static override readonly code = 27;
}

/** A dispatch deadline must be 15 s to 24 h. */
export class InvalidDispatchDeadlineError extends TaskQueueError {
  static override readonly code = 29;
}

/** A lease must be 0 to 604800 s. */
export class InvalidLeaseTimeError extends TaskQueueError {
  static override readonly code = 101;
}

/** A call must ask for 1 to 1000 tasks, or as many as the function allows. */
export class InvalidMaxTasksError extends TaskQueueError {
  static override readonly code = 102;
}

/** The task object was already added or deleted. */
export class BadTaskStateError extends TaskQueueError {
  static override readonly code = 103;
}

/** The transaction is not open (any more), has failed, or doesn't allow this add. */
export class BadTransactionStateError extends TaskQueueError {
  static override readonly code = 104;
}

/** A task's retry options are out of range. */
export class InvalidTaskRetryOptionsError extends TaskQueueError {
  static override readonly code = 105;
}

/** A queue of this name already exists. */
export class QueueExistsError extends TaskQueueError {
  static override readonly code = 110;
}

/** A target's name or base URL is invalid. */
export class InvalidTargetError extends TaskQueueError {
  static override readonly code = 111;
}

/** A signing key must be given by reference, and kept for 0 or more. */
export class InvalidKeyError extends TaskQueueError {
  static override readonly code = 114;
}

/** The database has no taskqueue schema, or one of a version this program cannot use. Run `pgtaskqueue migrate`. */
export class SchemaVersionError extends TaskQueueError {
  static override readonly code = 112;
}

/**
 * The database failed within the caller's transaction, which is lost: roll back. `code` is 10000 + App Engine's
 * datastore code: 10002 a concurrent transaction won (serialization failure, deadlock), 10005 a timeout, 10012 a
 * resource ran out, 10003 any other. `retryable` is true when the whole transaction is worth running again.
 */
export class DatastoreError extends TaskQueueError {
  static override readonly code = 10_003;
}

/**
 * The connection was lost after the add had been sent, or its commit was not confirmed by the synchronous standby: the
 * tasks may or may not exist. Look up the names, or add the tasks again under the same names: a task of that name is
 * added only once.
 */
export class EnqueueOutcomeUnknown extends TaskQueueError {
  static override readonly code = 113;
  readonly queueName: string;
  /** The names the enqueuer gave; unnamed tasks cannot be looked up. */
  readonly names: readonly string[];
  constructor(queueName: string, names: readonly string[], cause: unknown) {
    const known =
      names.length > 0
        ? `look up ${names.map((name) => `'${name}'`).join(', ')}`
        : 'they are unnamed and cannot be looked up';
    super(`the connection was lost during an add to queue '${queueName}'; its tasks may or may not exist: ${known}`, {
      cause,
      hint: 'Named tasks can safely be added again; unnamed ones might be added twice.',
    });
    this.queueName = queueName;
    this.names = names;
  }
}
