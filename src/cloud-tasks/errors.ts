// Errors of this package as errors of the API. Each operation has rows of its own for what it says in other words; the
// rest is the same everywhere.

import type { ErrorClass } from '../domain/error-table.ts';
import * as errors from '../domain/errors.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { type Code, StatusError } from './status.ts';

/** An error class, its code, and its text; without a text, the error's own. */
export type ErrorRule = readonly [errorClass: unknown, code: Code, message?: string];

const NO_QUEUE =
  'Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.';
const NO_ENTITY = 'Requested entity was not found.';
const GONE =
  'The task no longer exists, though a task with this name existed recently. ' +
  'The task either successfully completed or was deleted.';

/** For a finished task, and one that never existed. */
export const MISSING_TASK: readonly ErrorRule[] = [
  [errors.UnknownTaskError, 'NOT_FOUND', NO_ENTITY],
  [errors.TombstonedTaskError, 'NOT_FOUND', GONE],
  [errors.UnknownQueueError, 'NOT_FOUND', NO_ENTITY],
];

export const MISSING_QUEUE: readonly ErrorRule[] = [[errors.UnknownQueueError, 'NOT_FOUND', NO_ENTITY]];

export const EXISTING_QUEUE: readonly ErrorRule[] = [
  [errors.QueueExistsError, 'ALREADY_EXISTS', 'Queue already exists'],
  [
    errors.TombstonedQueueError,
    'FAILED_PRECONDITION',
    'The queue cannot be created because a queue with this name existed too recently.',
  ],
];

const EVERYWHERE: readonly ErrorRule[] = [
  [errors.UnknownQueueError, 'NOT_FOUND', NO_QUEUE],
  [errors.TombstonedQueueError, 'NOT_FOUND', NO_QUEUE],
  [errors.UnknownTaskError, 'NOT_FOUND', NO_ENTITY],
  [errors.TaskAlreadyExistsError, 'ALREADY_EXISTS', 'Requested entity already exists'],
  [errors.TombstonedTaskError, 'ALREADY_EXISTS', 'Requested entity already exists'],
  [errors.QueueExistsError, 'ALREADY_EXISTS', 'Queue already exists'],
  [errors.InvalidQueueModeError, 'FAILED_PRECONDITION'],
  [errors.QueuePausedError, 'FAILED_PRECONDITION'],
  [errors.TaskLeaseExpiredError, 'FAILED_PRECONDITION'],
  [errors.StorageLimitExceededError, 'RESOURCE_EXHAUSTED'],
  [errors.PermissionDeniedError, 'PERMISSION_DENIED'],
  [errors.SchemaVersionError, 'UNAVAILABLE'],
  [errors.EnqueueOutcomeUnknown, 'DEADLINE_EXCEEDED'],
];

/** Returns the error as callers of an operation get it. Errors of other code reveal no internals. */
export function statusOf(error: unknown, rules: readonly ErrorRule[] = []): StatusError {
  if (error instanceof StatusError) return error;
  if (!(error instanceof TaskQueueError))
    return new StatusError('INTERNAL', 'the server failed to answer this request');
  const [, code, message = error.message] = ruleFor(error, rules);
  return new StatusError(code, message);
}

/** The code of an error, and the text that an operation has for it. */
export function ruleFor(error: TaskQueueError, rules: readonly ErrorRule[]): ErrorRule {
  if (error.retryable) return [error.constructor, 'UNAVAILABLE'];
  const rule = [...rules, ...EVERYWHERE].find(([errorClass]) => error.constructor === (errorClass as ErrorClass));
  const isBadInput = error.name.startsWith('Invalid') || BAD_INPUT.some((one) => error instanceof one);
  return rule ?? [error.constructor, isBadInput ? 'INVALID_ARGUMENT' : 'INTERNAL'];
}

const BAD_INPUT = [errors.TaskTooLargeError, errors.TooManyTasksError, errors.DuplicateTaskNameError];
