// The headers of a push request: those of App Engine's Task Queue service, value for value, plus the task's own. Pure.

import { hash } from 'node:crypto';
import type { Dispatch } from '../../domain/dispatch.ts';
import { plainHeaderName } from '../../domain/header-names.ts';

const SERVICE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';

/**
 * Headers that belong to the connection, to the service or to the signature. A task's own are dropped, regardless of
 * case and punctuation.
 */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'taskqueue-signature',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const RESERVED_PREFIXES = ['x-appengine-', 'x-google-', 'x-cloudtasks-', 'webhook-'];

/** Exceptions that a task may set. A user cannot set the cron header: it is dropped when tasks are added. */
const PASSED_THROUGH = new Set(['x-appengine-cron', 'x-appengine-default-namespace', 'x-appengine-failfast']);

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
    'X-AppEngine-QueueName': dispatch.queue,
    'X-AppEngine-TaskName': dispatch.name,
    'X-AppEngine-TaskRetryCount': String(dispatch.retryCount),
    'X-AppEngine-TaskExecutionCount': String(dispatch.executionCount),
    'X-AppEngine-TaskETA': secondsOf(dispatch.eta),
    'X-AppEngine-TaskDeadline': String(Math.floor(startedAt / 1000 + dispatch.dispatchDeadline)),
    'X-AppEngine-Current-Namespace': dispatch.namespace,
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

function previousAttempt({ previousResponse, retryReason }: Dispatch): Record<string, string> {
  if (previousResponse === null) return NONE;
  return {
    'X-AppEngine-TaskPreviousResponse': String(previousResponse),
    ...(retryReason === null ? {} : { 'X-AppEngine-TaskRetryReason': retryReason }),
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
  if (PASSED_THROUGH.has(name)) return false;
  const plain = plainHeaderName(name);
  return RESERVED.has(plain) || RESERVED_PREFIXES.some((prefix) => plain.startsWith(prefix));
}

function userAgent(headers: Record<string, string>): string {
  const given = Object.entries(headers).findLast(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  return given ? `${given} ${SERVICE_AGENT}` : SERVICE_AGENT;
}
