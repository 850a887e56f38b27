// The root of the family of errors, and the branch for tasks that can't be added.

/** What an error may carry beside its message. */
export interface TaskQueueErrorOptions {
  /** The number, when it is not the class's own. */
  code?: number | undefined;
  /** The SQLSTATE that the database gave; without one it follows from the number. */
  sqlState?: string | undefined;
  retryable?: boolean | undefined;
  /** What was wrong, for programs. */
  detail?: Record<string, unknown> | undefined;
  /** What to do about it. */
  hint?: string | undefined;
  /** The driver's error. */
  cause?: unknown;
}

/**
 * Every error of pgtaskqueue.
 *
 * @example
 * ```ts
 * try {
 *   await queue.add({ name: 'invoice-7', url: '/invoice' })
 * } catch (error) {
 *   if (!(error instanceof TaskAlreadyExistsError)) throw error
 * }
 * ```
 */
export class TaskQueueError extends Error {
  static readonly code: number = 0;
  static readonly retryable: boolean = false;
  /** App Engine's number; above 100 errors that App Engine raised in its client, above 10000 those of the database. */
  readonly code: number;
  /** PostgreSQL's SQLSTATE, or ours: TQ and the number in three digits, such as TQ001, also where no statement was needed to see the fault. */
  readonly sqlState: string | undefined;
  /** True: the same call may succeed when it is made again. */
  readonly retryable: boolean;
  readonly detail: Record<string, unknown> | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: TaskQueueErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? new.target.code;
    this.sqlState = options.sqlState ?? (this.code < 1000 ? `TQ${String(this.code).padStart(3, '0')}` : undefined);
    this.retryable = options.retryable ?? new.target.retryable;
    this.detail = options.detail;
    this.hint = options.hint;
  }
}

/** A task can't be added as it is: its method, body, headers and so on. The parent of all errors about one task. */
export class InvalidTaskError extends TaskQueueError {
  static override readonly code: number = 108;
}
