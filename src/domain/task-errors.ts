// Errors about one task. All are InvalidTaskErrors, as in App Engine: catching that one catches duplicates, too.

import type { AddResult } from './task.ts';
import { InvalidTaskError, type TaskQueueErrorOptions } from './task-queue-error.ts';

/** A push task must be at most 102400 bytes, a pull task at most 1048576. */
export class TaskTooLargeError extends InvalidTaskError {
  static override readonly code: number = 4;
}

/** A transactional add must be at most 1048576 bytes. */
export class TransactionalRequestTooLargeError extends TaskTooLargeError {
  static override readonly code = 23;
}

/**
 * A task's name must be 1 to 500 letters, digits, underscores or hyphens; a task added in a transaction must not have
 * one.
 */
export class InvalidTaskNameError extends InvalidTaskError {
  static override readonly code = 5;
}

/** A task's URL must be a path of at most 2083 characters. */
export class InvalidUrlError extends InvalidTaskError {
  static override readonly code = 7;
}

/** The common part of the two errors about a name in use. */
class NameInUseError extends InvalidTaskError {
  /** For a batch: the outcome of each task. Those `added` exist although the call throws. */
  readonly results: readonly AddResult[];
  constructor(message: string, options: TaskQueueErrorOptions & { results?: readonly AddResult[] } = {}) {
    super(message, options);
    this.results = options.results ?? [];
  }
}

/** The queue has a task of this name. For a batch, `results` has the outcome of each task. */
export class TaskAlreadyExistsError extends NameInUseError {
  static override readonly code = 10;
}

/**
 * The queue had a task of this name, and its tombstone has not expired. For a batch, `results` has the outcome of each
 * task.
 */
export class TombstonedTaskError extends NameInUseError {
  static override readonly code = 11;
}

/** An ETA must be at most 30 days ahead. */
export class InvalidEtaError extends InvalidTaskError {
  static override readonly code = 12;
}
