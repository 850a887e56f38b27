// With which number the command ends, and what it says when it fails.

import { CommanderError } from 'commander';
import { SchemaVersionError, TaskQueueError } from '../domain/errors.ts';
import { ConfigError } from '../server/config-error.ts';
import type { Failure } from './output.ts';

/** The exit codes, which scripts rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, state: 3, tryAgain: 75, schema: 78 } as const;

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

// Not found, exists or in the wrong state, by the number of behaviour's table of errors. Their kin are bad input.
const STATE_CODES = new Set([1, 10, 11, 14, 15, 21, 25, 26, 103, 104, 110]);
const FAILED_CODES = new Set([3, 9]);

// What PostgreSQL answers when it lacks a schema, table or function of ours.
const SCHEMA_STATES = new Set(['3F000', '42P01', '42883', '42703']);
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT$|08|57P0|53300)/;

/** The number the process ends with after this error. */
export function exitCode(error: unknown): number {
  if (error instanceof ExitWith) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof NotFound) return EXIT.state;
  if (error instanceof SchemaVersionError || lacksSchema(error)) return EXIT.schema;
  if (error instanceof TaskQueueError) return taskQueueExit(error);
  return UNREACHABLE.test(errorState(error)) || /timeout/i.test(messageOf(error)) ? EXIT.tryAgain : EXIT.failed;
}

/** What is shown of the error; undefined when it has been shown already. */
export function failure(error: unknown): Failure | undefined {
  if (error instanceof ExitWith || error instanceof CommanderError) return undefined;
  const cause = (error as { cause?: { hint?: string } })?.cause;
  const { hint = cause?.hint, code, sqlState } = error as Failure;
  return {
    name: error instanceof Error ? error.name : 'Error',
    message: messageOf(error),
    hint:
      hint ??
      (lacksSchema(error)
        ? 'The database has no pgtaskqueue schema or an older one: run pgtaskqueue migrate.'
        : undefined),
    code: typeof code === 'number' ? code : undefined,
    sqlState,
  };
}

function taskQueueExit(error: TaskQueueError): number {
  if (error.retryable) return EXIT.tryAgain;
  if (STATE_CODES.has(error.code)) return EXIT.state;
  return FAILED_CODES.has(error.code) ? EXIT.failed : EXIT.usage;
}

function lacksSchema(error: unknown): boolean {
  return SCHEMA_STATES.has(errorState(error)) || SCHEMA_STATES.has(errorState((error as { cause?: unknown })?.cause));
}

function errorState(error: unknown): string {
  const { sqlState, code } = (error ?? {}) as { sqlState?: unknown; code?: unknown };
  return String(sqlState ?? code ?? '');
}

// Node joins the failures of several addresses of one name in an error whose own message is empty.
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
