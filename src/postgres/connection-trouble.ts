// Distinguishes a lost connection from a rejected statement, and whether the statement had been sent: a statement that
// was not sent had no effect.

import { isUnableToWrite } from './cannot-write.ts';
import { serverErrorIn, wrappedIn } from './server-error.ts';

/** Marks an error that occurred before the statement was sent. */
export class NotSent extends Error {
  constructor(cause: unknown) {
    super((cause as Error)?.message || (cause as { code?: string })?.code || 'the statement was not sent', { cause });
  }
}

/** Marks an unreliable acknowledgement: the commit did not wait for its synchronous standby. */
export class NotConfirmed extends Error {
  constructor(notice: string | undefined) {
    super(`the commit was not confirmed by the standby: ${notice ?? 'the wait was cancelled'}`);
  }
}

// Administrator shutdown, crash, not accepting connections, database dropped, idle timeout, transaction timeout.
const LOST = /^(08...|57P0.|25P03|25P04)$/;
// The server had no free connection or rejected the login: no statement was ever sent.
const NEVER_CONNECTED = /^(57P03|53300|08001|08004)$/;
const SYSTEM_NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
const SYSTEM_LOST = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT)$/;
const SAID_NEVER_SENT =
  /is not queryable|timeout exceeded when trying to connect|timeout expired|Connection has been discarded/i;
const SAID_LOST = /connection terminated|Query read timeout|server (has )?closed the connection|socket hang up/i;

/**
 * `sent`: the statement may have taken effect; `not sent`: it has not; undefined: the error does not come from the
 * connection. Errors may be wrapped by an ORM.
 */
export function connectionTrouble(error: unknown): 'sent' | 'not sent' | undefined {
  if (error instanceof NotSent) return connectionTrouble(error.cause) === undefined ? undefined : 'not sent';
  if (error instanceof NotConfirmed) return 'sent';
  const server = serverErrorIn(error);
  if (server) return isUnableToWrite(server) ? 'not sent' : troubleOfCode(server.code); // its text may quote a task
  for (const one of wrappedIn(error)) {
    const trouble = troubleOf(one);
    if (trouble) return trouble;
  }
  return undefined;
}

function troubleOf(error: object): 'sent' | 'not sent' | undefined {
  if (isUnableToWrite(error)) return 'not sent';
  if (error instanceof AggregateError)
    return error.errors.some((one) => connectionTrouble(one)) ? 'not sent' : undefined;
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  const trouble = typeof code === 'string' ? troubleOfCode(code) : undefined;
  if (trouble) return trouble;
  if (SAID_NEVER_SENT.test(error.message)) return 'not sent';
  return SAID_LOST.test(error.message) ? 'sent' : undefined;
}

/** Whether PgBouncer, in statement mode, refused to begin a transaction. */
export function refusesTransactions(error: unknown): boolean {
  return error instanceof Error && /not allowed in statement pooling mode/.test(error.message);
}

function troubleOfCode(code: string): 'sent' | 'not sent' | undefined {
  if (NEVER_CONNECTED.test(code) || SYSTEM_NEVER_CONNECTED.test(code)) return 'not sent';
  return LOST.test(code) || SYSTEM_LOST.test(code) ? 'sent' : undefined;
}
