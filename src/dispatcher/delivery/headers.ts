// The headers of a push request: those of App Engine's Task Queue service, value for value, plus the task's own. Pure.

import { hash } from 'node:crypto';
import type { Dispatch } from '../../domain/dispatch.ts';
import { plainHeaderName } from '../../domain/header-names.ts';
import {
  CARRIED_HEADERS,
  namesAt,
  RESERVED_HEADERS,
  RESERVED_PREFIXES,
  TASK_HEADERS,
  type TaskFact,
} from '../../domain/task-headers.ts';

const SERVICE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';

/**
 * Headers that belong to the connection, to the service or to the signature. A task's own are dropped, regardless of
 * case and punctuation.
 */
const RESERVED = new Set(namesAt(RESERVED_HEADERS, 'sent'));
/** Exceptions that a task may set. A user cannot set the cron header: it is dropped when tasks are added. */
const CARRIED = new Set(namesAt(CARRIED_HEADERS, 'sent'));

const OF_A_BODY = { 'content-type': 'application/octet-stream' };
const NONE = {};

/**
 * The headers of one attempt.
 *
 * @param startedAt milliseconds since 1970 by the database's clock
 * @param body the body that is sent
 */
export function requestHeaders(dispatch: Dispatch, startedAt: number, body = dispatch.body): Record<string, string> {
  return {
    ...(body === null ? NONE : OF_A_BODY),
    ...ownHeaders(dispatch.headers),
    'user-agent': userAgent(dispatch.headers),
    'accept-encoding': 'identity',
    ...facts(dispatch, startedAt),
    ...previousAttempt(dispatch),
    'webhook-id': webhookId(dispatch),
    'webhook-timestamp': String(Math.floor(startedAt / 1000)),
  };
}

/** The handler's idempotency key: the same for all attempts of a task, and unique to it. 32 hex digits. */
export function webhookId({ queue, name, created }: Pick<Dispatch, 'queue' | 'name' | 'created'>): string {
  return hash('sha256', `${queue}\n${name}\n${created}`).slice(0, 32);
}

/** Microseconds as seconds with six decimals, such as 1234567890.123456. */
export function secondsOf(microseconds: bigint): string {
  const digits = microseconds.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

type NameOf<Fact extends TaskFact> = (typeof TASK_HEADERS)[Fact];
type OfPreviousAttempt = 'previousResponse' | 'retryReason';

function facts(dispatch: Dispatch, startedAt: number): Record<NameOf<Exclude<TaskFact, OfPreviousAttempt>>, string> {
  return {
    [TASK_HEADERS.queue]: dispatch.queue,
    [TASK_HEADERS.name]: dispatch.name,
    [TASK_HEADERS.retryCount]: String(dispatch.retryCount),
    [TASK_HEADERS.executionCount]: String(dispatch.executionCount),
    [TASK_HEADERS.eta]: secondsOf(dispatch.eta),
    [TASK_HEADERS.deadline]: String(Math.floor(startedAt / 1000 + dispatch.dispatchDeadline)),
    [TASK_HEADERS.namespace]: dispatch.namespace,
  };
}

function previousAttempt({ previousResponse, retryReason }: Dispatch): Record<string, string> {
  if (previousResponse === null) return NONE;
  return {
    [TASK_HEADERS.previousResponse]: String(previousResponse),
    ...(retryReason === null ? {} : { [TASK_HEADERS.retryReason]: retryReason }),
  };
}

/** One value per name, the last one wins. Names are in lower case, so that two spellings are one header. */
function ownHeaders(headers: Dispatch['headers']): Record<string, string> {
  const given = Object.entries(headers);
  if (given.length === 0) return NONE;
  const own: Record<string, string> = Object.create(null);
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (!isReserved(lower)) own[lower] = value;
  }
  return own;
}

function isReserved(name: string): boolean {
  if (CARRIED.has(name)) return false;
  const plain = plainHeaderName(name);
  return RESERVED.has(plain) || RESERVED_PREFIXES.some((prefix) => plain.startsWith(prefix));
}

function userAgent(headers: Record<string, string>): string {
  const given = Object.entries(headers).findLast(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  return given ? `${given} ${SERVICE_AGENT}` : SERVICE_AGENT;
}
