// The exit codes of the command, and its own errors that lead to them.

/** The exit codes, which scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, state: 3, tryAgain: 75, schema: 78, interrupted: 130 } as const;

/** The command was used wrongly: 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user was asked for confirmation and declined: 1. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** The object of a command does not exist: 3. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
  /** What to do about it. */
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command ran to its end, and its answer is an exit code other than 0. */
export class ExitWith extends Error {
  override readonly name = 'ExitWith';
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
