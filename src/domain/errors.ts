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

/** The database was unreachable or failed temporarily. Nothing was done unless `sent` is true. Try again. */
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

/** The database reported corruption or an internal error. */
export class InternalError extends TaskQueueError {
  static override readonly code = 3;
}

/** A queue's settings are out of range: rate, bucket size, mode and so on. */
export class InvalidQueueError extends TaskQueueError {
  static override readonly code: number = 8;
}

/** A queue's name is not 1 to 100 letters, digits and hyphens. */
export class InvalidQueueNameError extends InvalidQueueError {
  static override readonly code = 6;
}

/** The database role lacks the right to do this. */
export class PermissionDeniedError extends TaskQueueError {
  static override readonly code = 9;
}

/** A request is invalid: an unknown option, a malformed argument. */
export class InvalidRequestError extends TaskQueueError {
  static override readonly code = 13;
}

/**
 * The tasks of all queues together have reached the limit of bytes (total_storage_limit in the queue file) or of tasks
 * (set_limits).
 */
export class StorageLimitExceededError extends InvalidRequestError {}

/** The queue has no task of this name. */
export class UnknownTaskError extends TaskQueueError {
  static override readonly code = 14;
}

/** A queue of this name was deleted in the last seven days; the name cannot be reused yet. */
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

/** A push task for a pull queue, a lease from a push queue, or the like. */
export class InvalidQueueModeError extends TaskQueueError {
  static override readonly code = 21;
}

/** The lease has expired, or another worker holds the task now. This is expected at times: stop working on the task. */
export class TaskLeaseExpiredError extends TaskQueueError {
  static override readonly code = 25;
}

/** The queue is paused: its tasks can't be leased. */
export class QueuePausedError extends TaskQueueError {
  static override readonly code = 26;
}

/** A tag is longer than 500 bytes, or is not text. */
export class InvalidTagError extends TaskQueueError {
  static override readonly code = 27;
}

/** A dispatch deadline is not within 15 s to 24 h. */
export class InvalidDispatchDeadlineError extends TaskQueueError {
  static override readonly code = 29;
}

/** A lease time is not within 0 to 604800 s. */
export class InvalidLeaseTimeError extends TaskQueueError {
  static override readonly code = 101;
}

/** The number of tasks to lease is not within 1 to 1000. */
export class InvalidMaxTasksError extends TaskQueueError {
  static override readonly code = 102;
}

/** The task object has already been added or deleted. */
export class BadTaskStateError extends TaskQueueError {
  static override readonly code = 103;
}

/** The transaction is not open or no longer open, has failed, or may not contain this add. */
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

/** A signing key was not given by reference, or may not be kept that long. */
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
 * resource is exhausted, 10003 any other. `retryable` is true if the whole transaction is worth retrying.
 */
export class DatastoreError extends TaskQueueError {
  static override readonly code = 10_003;
}

/**
 * The connection was lost after the add had been sent, or its commit was not confirmed by the synchronous standby: the
 * tasks may or may not exist. Look the names up, or add the tasks again under the same names: a task of that name is
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
