// The end of a failed run: its exit code, and the error as it is shown.

import { exitCodeOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { ConfigError } from '../server/config-error.ts';
import { EXIT, ExitWith, NotFound, UsageError } from './exit-codes.ts';
import type { Failure, Output } from './output.ts';
import { remedyOf } from './remedies.ts';

/** Shows the error, unless the command has done so already; returns the exit code. */
export function fail(error: unknown, output: Output): number {
  const shown = failure(error);
  if (shown) output.fail(shown);
  return exitCode(error);
}

/** The exit code for this error. */
function exitCode(error: unknown): number {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof NotFound) return EXIT.state;
  return error instanceof TaskQueueError ? exitCodeOf(error) : EXIT.failed;
}

/** What is shown of the error; undefined when it has been shown already. */
function failure(error: unknown): Failure | undefined {
  if (error instanceof ExitWith) return undefined;
  if (error instanceof TaskQueueError) {
    const { name, message, code, sqlState } = error;
    return { name, message, code, sqlState, hint: remedyOf(error) };
  }
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, hint: hintOf(error) };
}

const HINTS: Record<string, string> = {
  PortBusy: 'Stop that program, or choose another port with --port.',
  SharedBackend: 'Set PGTASKQUEUE_DIRECT_URL to a connection string past the pooler; applications may keep using it.',
};

function hintOf(error: Error): string | undefined {
  if (error instanceof NotFound) return error.hint;
  return HINTS[error.name];
}
