// App Engine's error codes. Most are the numbers of this package's own errors.

import { type ErrorClass, errorClassOf } from '../domain/error-table.ts';
import * as errors from '../domain/errors.ts';

/** The codes that have no error class of their own, or are compared with. */
export const TASK_QUEUE_CODES = {
  OK: 0,
  TRANSIENT_ERROR: 2,
  INTERNAL_ERROR: 3,
  PERMISSION_DENIED: 9,
  TASK_ALREADY_EXISTS: 10,
  TOMBSTONED_TASK: 11,
  INVALID_REQUEST: 13,
  UNKNOWN_TASK: 14,
  SKIPPED: 17,
  INVALID_RETRY_PARAMETERS: 20,
  /** DATASTORE_ERROR + BAD_REQUEST of the datastore. */
  DATASTORE_BAD_REQUEST: 10_001,
} as const;

/** An error of a call: the code, and a sentence. */
export class RemoteCallError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code of an error. Errors of other code are internal ones. */
export function remoteCodeOf(error: unknown): number {
  if (error instanceof RemoteCallError) return error.code;
  if (!(error instanceof errors.TaskQueueError)) return TASK_QUEUE_CODES.INTERNAL_ERROR;
  return error.retryable ? TASK_QUEUE_CODES.TRANSIENT_ERROR : codeOfClass(error.constructor as never);
}

/** The code for a SQLSTATE, such as check_tasks returns. */
export function remoteCodeOfState(sqlState: string): number {
  const errorClass = errorClassOf(sqlState);
  return errorClass ? codeOfClass(errorClass) : TASK_QUEUE_CODES.INTERNAL_ERROR;
}

/** What callers are told of an error; errors of other code reveal no internals. */
export function remoteMessageOf(error: unknown): string {
  const isTold = error instanceof RemoteCallError || error instanceof errors.TaskQueueError;
  return isTold ? error.message : 'the server failed to answer this request';
}

function codeOfClass(errorClass: ErrorClass): number {
  const { code } = errorClass;
  return (
    OTHERWISE.get(errorClass.name) ?? (code < MOST_OF_OURS && code > HIGHEST ? TASK_QUEUE_CODES.INVALID_REQUEST : code)
  );
}

/** The highest code of App Engine's; above it are numbers of this package, and from 10 000 on the datastore's. */
const HIGHEST = 29;
const MOST_OF_OURS = 10_000;

const OTHERWISE = new Map<string, number>([
  [errors.InvalidTaskRetryOptionsError.name, TASK_QUEUE_CODES.INVALID_RETRY_PARAMETERS],
  [errors.SchemaVersionError.name, TASK_QUEUE_CODES.TRANSIENT_ERROR],
  [errors.EnqueueOutcomeUnknown.name, TASK_QUEUE_CODES.TRANSIENT_ERROR],
]);
