// The base class of all errors, and the base class of errors about one task.

/** The details that an error may carry beside its message. */
export interface TaskQueueErrorOptions {
  /** The number, if it is not the class's own. */
  code?: number | undefined;
  /** The SQLSTATE from the database; if omitted, it is derived from the number. */
  sqlState?: string | undefined;
  retryable?: boolean | undefined;
  /** What is wrong, for programs. */
  detail?: Record<string, unknown> | undefined;
  /** What to do about it. */
  hint?: string | undefined;
  /** The driver's error. */
  cause?: unknown;
}

/**
 * The base class of all errors of pgtaskqueue.
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
  /**
   * App Engine's number; above 100, errors that App Engine raised in its client; above 10000, errors of the database.
   */
  readonly code: number;
  /**
   * PostgreSQL's SQLSTATE, or TQ and the number in three digits, such as TQ001, even if the error was found without a
   * statement.
   */
  readonly sqlState: string | undefined;
  /** True: the same call may succeed if it is repeated. */
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

/** A task is invalid: its method, body, headers and so on. The base class of all errors about one task. */
export class InvalidTaskError extends TaskQueueError {
  static override readonly code: number = 108;
}
