// Errors about one task. All are InvalidTaskErrors, as in App Engine: who catches that one catches duplicates too.

import type { AddResult } from './task.ts';
import { InvalidTaskError, type TaskQueueErrorOptions } from './task-queue-error.ts';

/** A push task has up to 102400 bytes, a pull task up to 1048576. */
export class TaskTooLargeError extends InvalidTaskError {
  static override readonly code: number = 4;
}

/** One transactional add has up to 1048576 bytes. */
export class TransactionalRequestTooLargeError extends TaskTooLargeError {
  static override readonly code = 23;
}

/** A task's name has 1 to 500 letters, digits, underscores and hyphens; a task added in a transaction has none. */
export class InvalidTaskNameError extends InvalidTaskError {
  static override readonly code = 5;
}

/** A task's URL is a path of up to 2083 characters. */
export class InvalidUrlError extends InvalidTaskError {
  static override readonly code = 7;
}

/** What the two errors about a name in use have in common. */
class NameInUseError extends InvalidTaskError {
  /** Of a batch: what became of each task. Those `added` are there, although the call throws. */
  readonly results: readonly AddResult[];
  constructor(message: string, options: TaskQueueErrorOptions & { results?: readonly AddResult[] } = {}) {
    super(message, options);
    this.results = options.results ?? [];
  }
}

/** The queue has a task of this name. Of a batch: `results` says what became of each task. */
export class TaskAlreadyExistsError extends NameInUseError {
  static override readonly code = 10;
}

/** The queue had a task of this name, and its tombstone has not expired. Of a batch: `results` says what became of each task. */
export class TombstonedTaskError extends NameInUseError {
  static override readonly code = 11;
}

/** An ETA is a moment up to 30 days ahead. */
export class InvalidEtaError extends InvalidTaskError {
  static override readonly code = 12;
}
