// With which number the command ends, and what it says when it fails.

import { CommanderError } from 'commander';
import { exitCodeOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { ConfigError } from '../server/config-error.ts';
import type { Failure } from './output.ts';

/** The exit codes, which scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, state: 3, tryAgain: 75, schema: 78, interrupted: 130 } as const;

/** The command was used wrongly: 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Someone was asked and said no: 1. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** What a command worked on is not there: 3. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The command ran to its end, and its answer is a number other than 0. */
export class ExitWith extends Error {
  override readonly name = 'ExitWith';
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** The number the process ends with after this error. */
export function exitCode(error: unknown): number {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof NotFound) return EXIT.state;
  return error instanceof TaskQueueError ? exitCodeOf(error) : EXIT.failed;
}

/** What is shown of the error; undefined when it has been shown already. */
export function failure(error: unknown): Failure | undefined {
  if (error instanceof ExitWith || error instanceof CommanderError) return undefined;
  if (error instanceof TaskQueueError) return error;
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}
