// Translates an error of a driver or an ORM to this package's classes by SQLSTATE, and keeps it as the cause. Whether
// an error is retryable depends on where it happened. In a statement of its own, a lost race is a TransientError:
// repeat the call. In the caller's transaction, the whole transaction is lost, so it is a DatastoreError that is
// retryable in the sense that the transaction is.

import { errorClassOf } from '../domain/error-table.ts';
import {
  BadTransactionStateError,
  DatastoreError,
  InternalError,
  InvalidRequestError,
  PermissionDeniedError,
  SchemaVersionError,
  StorageLimitExceededError,
  TaskQueueError,
  type TaskQueueErrorOptions,
  TransientError,
} from '../domain/errors.ts';
import { CannotWrite, isUnableToWrite, READ_ONLY } from '../postgres/cannot-write.ts';
import { connectionTrouble, NotSent, refusesTransactions } from '../postgres/connection-trouble.ts';
import { isLostStatement } from '../postgres/prepared.ts';
import { type ServerError, serverErrorIn } from '../postgres/server-error.ts';

/** Reasons of TQ013 that have their own class. */
const ROOM_IS_OUT: unknown[] = ['total_storage_limit exceeded', 'max_tasks exceeded'];

const LOGIN = 'Check user and password of the connection string.';
const GRANT = 'Grant this login a role that may do it, such as taskqueue_enqueuer for applications.';
const LOST_STATEMENT = 'a pooler shares the server processes of these connections, so prepared statements are lost';
const UNPREPARED = 'Leave out preparedStatements, or use PgBouncer 1.21 or newer with max_prepared_statements.';
const NO_DATABASE = 'Create the database, or correct its name in the connection string.';

/** The circumstances in which a statement failed. */
export interface Circumstances {
  /** True: the statement was part of the caller's transaction. */
  inTransaction: boolean;
}

/**
 * Translates a driver's error. Errors from neither the server nor the connection, such as a TypeError, are returned
 * unchanged.
 */
export function translateError(error: unknown, circumstances: Circumstances = { inTransaction: false }): unknown {
  if (error instanceof TaskQueueError) return error;
  const server = serverErrorIn(error);
  if (circumstances.inTransaction && server?.code === READ_ONLY) return refusal(error, server, circumstances); // the application may have made its transaction read-only on purpose
  if (refusesTransactions(error)) return statementMode(error);
  const trouble = connectionTrouble(error);
  if (trouble !== undefined) {
    return new TransientError(inWords(error), {
      sqlState: server?.code,
      hint: isRefused(error)
        ? 'Check that PostgreSQL is running, and host and port of the connection string.'
        : undefined,
      // A transaction that lost its connection was rolled back.
      sent: trouble === 'sent' && !circumstances.inTransaction,
      cause: error,
    });
  }
  if (error instanceof NotSent) return translateError(error.cause, circumstances);
  return server ? refusal(error, server, circumstances) : error;
}

function statementMode(cause: unknown): DatastoreError {
  return new DatastoreError('a pooler in statement mode allows no transactions', {
    sqlState: serverErrorIn(cause)?.code,
    hint: 'Connect directly, or through a pooler in transaction or session mode. Commands read PGTASKQUEUE_DIRECT_URL.',
    code: 10_003,
    cause,
  });
}

function refusal(error: unknown, server: ServerError, { inTransaction }: Circumstances): TaskQueueError {
  const { code, message } = server;
  const options: TaskQueueErrorOptions = {
    sqlState: code,
    detail: readDetail(server.detail),
    hint: server.hint,
    cause: error,
  };
  if (ROOM_IS_OUT.includes(options.detail?.reason)) return new StorageLimitExceededError(message, options);
  const knownClass = errorClassOf(code);
  if (knownClass) return new knownClass(message, options);
  if (code.startsWith('TQ')) return new TaskQueueError(message, { ...options, code: Number(code.slice(2)) || 0 });
  if (lostRace(code)) {
    return inTransaction
      ? new DatastoreError(message, { ...options, code: code === '55P03' ? 10_005 : 10_002, retryable: true })
      : new TransientError(message, options);
  }
  if (code === '25P02') {
    return new BadTransactionStateError('the transaction has already failed; roll it back', options);
  }
  if (code.startsWith('28')) return new PermissionDeniedError(message, { ...options, hint: options.hint ?? LOGIN });
  if (code === '42501') return new PermissionDeniedError(message, { ...options, hint: options.hint ?? GRANT });
  if (['3F000', '42883', '42P01', '42703', '42704'].includes(code)) return schemaVersion(message, options);
  if (code.startsWith('22') || code.startsWith('54')) return new InvalidRequestError(message, options);
  if (code.startsWith('XX')) return new InternalError(message, options);
  if (isLostStatement(error)) return new DatastoreError(LOST_STATEMENT, { ...options, hint: UNPREPARED, code: 10_003 });
  const hint = code === '3D000' ? NO_DATABASE : options.hint;
  return new DatastoreError(message, { ...options, hint, code: datastoreCode(code) });
}

/** Serialization failure, deadlock, lock not available. */
function lostRace(code: string): boolean {
  return code === '40001' || code === '40P01' || code === '55P03';
}

function schemaVersion(message: string, options: TaskQueueErrorOptions): SchemaVersionError {
  const hint = 'Run pgtaskqueue migrate from the same version as this program.';
  return new SchemaVersionError(`the database has no taskqueue schema, or one of another version: ${message}`, {
    ...options,
    hint,
  });
}

/** App Engine's numbers of datastore errors: 5 timeout, 12 resource exhausted, 3 internal. */
function datastoreCode(code: string): number {
  if (code === '57014') return 10_005;
  return code.startsWith('53') ? 10_012 : 10_003;
}

function readDetail(detail: string | undefined): Record<string, unknown> | undefined {
  if (!detail?.startsWith('{')) return undefined;
  try {
    return JSON.parse(detail);
  } catch {
    return undefined; // PostgreSQL's own prose
  }
}

/** Nothing listens there, or there is no such host. */
function isRefused(error: unknown): boolean {
  const { code } = ((error instanceof NotSent ? error.cause : error) ?? {}) as { code?: unknown };
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND';
}

function inWords(error: unknown): string {
  const cause = error instanceof NotSent ? error.cause : error;
  if (cause instanceof CannotWrite) return cause.message;
  if (isUnableToWrite(cause)) return `the server cannot write: ${messageOf(cause)}`;
  return `the database could not be reached: ${messageOf(error)}`;
}

function messageOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error); // an AggregateError of refused connections has no message
}
