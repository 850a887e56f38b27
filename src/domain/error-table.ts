// The table of all errors: for each class the SQLSTATE that raises it, the HTTP status and the exit code of the command
// line.

import type { TaskQueueError } from './errors.ts';
import * as errors from './errors.ts';

/** An error class, with its number. */
export interface ErrorClass {
  new (message: string, options?: errors.TaskQueueErrorOptions): TaskQueueError;
  readonly code: number;
}

export interface ErrorRow {
  /**
   * The SQLSTATE that the schema raises; null: only this library throws the class, or the detail distinguishes it
   * from another class of the same SQLSTATE.
   */
  sqlState: string | null;
  errorClass: ErrorClass;
  /** The status of the HTTP response. */
  httpStatus: 400 | 403 | 404 | 409 | 500 | 503 | 504;
  /** 1 failed, 2 bad input, 3 not found, exists or wrong state, 75 try again, 78 schema and program disagree. */
  exitCode: 1 | 2 | 3 | 75 | 78;
}

const row = (
  sqlState: string | null,
  errorClass: unknown,
  httpStatus: ErrorRow['httpStatus'],
  exitCode: ErrorRow['exitCode'],
): ErrorRow => ({ sqlState, errorClass: errorClass as ErrorClass, httpStatus, exitCode });

/** Every class that is thrown, once. */
export const errorTable: readonly ErrorRow[] = [
  row('TQ001', errors.UnknownQueueError, 404, 3),
  row('TQ002', errors.TransientError, 503, 75),
  row('TQ004', errors.TaskTooLargeError, 400, 2),
  row('TQ005', errors.InvalidTaskNameError, 400, 2),
  row('TQ006', errors.InvalidQueueNameError, 400, 2),
  row('TQ007', errors.InvalidUrlError, 400, 2),
  row('TQ008', errors.InvalidQueueError, 400, 2),
  row('TQ010', errors.TaskAlreadyExistsError, 409, 3),
  row('TQ011', errors.TombstonedTaskError, 409, 3),
  row('TQ012', errors.InvalidEtaError, 400, 2),
  row('TQ013', errors.InvalidRequestError, 400, 2),
  row('TQ014', errors.UnknownTaskError, 404, 3),
  row('TQ015', errors.TombstonedQueueError, 400, 3),
  row('TQ016', errors.DuplicateTaskNameError, 400, 2),
  row('TQ018', errors.TooManyTasksError, 400, 2),
  row('TQ020', errors.InvalidRetryParametersError, 400, 2),
  row('TQ021', errors.InvalidQueueModeError, 400, 3),
  row('TQ023', errors.TransactionalRequestTooLargeError, 400, 2),
  row('TQ025', errors.TaskLeaseExpiredError, 400, 3),
  row('TQ026', errors.QueuePausedError, 400, 3),
  row('TQ027', errors.InvalidTagError, 400, 2),
  row('TQ029', errors.InvalidDispatchDeadlineError, 400, 2),
  row('TQ101', errors.InvalidLeaseTimeError, 400, 2),
  row('TQ102', errors.InvalidMaxTasksError, 400, 2),
  row('TQ104', errors.BadTransactionStateError, 409, 3),
  row('TQ105', errors.InvalidTaskRetryOptionsError, 400, 2),
  row('TQ108', errors.InvalidTaskError, 400, 2),
  row('TQ110', errors.QueueExistsError, 409, 3),
  row('TQ111', errors.InvalidTargetError, 400, 2),
  row('TQ114', errors.InvalidKeyError, 400, 2),
  row(null, errors.StorageLimitExceededError, 409, 3),
  row(null, errors.InternalError, 500, 1),
  row(null, errors.PermissionDeniedError, 403, 1),
  row(null, errors.BadTaskStateError, 409, 3),
  row(null, errors.DatastoreError, 500, 1),
  row(null, errors.SchemaVersionError, 503, 78),
  row(null, errors.EnqueueOutcomeUnknown, 504, 1),
  row(null, errors.QueueConfigError, 400, 2),
];

/** The error class for a SQLSTATE of class TQ; undefined if this version does not know it. */
export function errorClassOf(sqlState: string): ErrorClass | undefined {
  return errorTable.find((one) => one.sqlState === sqlState)?.errorClass;
}

/** The HTTP status for an error. Retryable errors are 503 whatever their class. */
export function httpStatusOf(error: TaskQueueError): ErrorRow['httpStatus'] {
  return error.retryable ? 503 : (rowOf(error)?.httpStatus ?? 500);
}

/** The exit code of a command that failed with this error. Retryable errors are 75 whatever their class. */
export function exitCodeOf(error: TaskQueueError): ErrorRow['exitCode'] {
  return error.retryable ? 75 : (rowOf(error)?.exitCode ?? 1);
}

function rowOf(error: TaskQueueError): ErrorRow | undefined {
  return errorTable.find((one) => error.constructor === one.errorClass);
}
