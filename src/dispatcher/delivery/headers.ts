// The headers of a push request: the task's own, and those of App Engine's Task Queue service or, for an HTTP task, of
// Cloud Tasks, value for value. Pure.

import { hash } from 'node:crypto';
import type { Dispatch } from '../../domain/dispatch.ts';
import { HTTP_TASK_HEADERS, TASK_HEADERS, type TaskFact } from '../../domain/task-headers.ts';
import { httpHeaders, nativeHeaders } from './own-headers.ts';

const SERVICE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';
const HTTP_TASK_AGENT = 'Google-Cloud-Tasks';
/** The previous response of an HTTP task that got none: a gateway's word for it. */
const NO_RESPONSE = 504;

const OF_A_BODY = { 'content-type': 'application/octet-stream' };
const NONE = {};

/**
 * The headers of one attempt.
 *
 * @param startedAt milliseconds since 1970 by the database's clock
 * @param body the body that is sent
 */
export function requestHeaders(dispatch: Dispatch, startedAt: number, body = dispatch.body): Record<string, string> {
  if (dispatch.http !== null) return httpTaskHeaders(dispatch, startedAt);
  return {
    ...(body === null ? NONE : OF_A_BODY),
    ...nativeHeaders(dispatch.headers),
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

function httpTaskHeaders(dispatch: Dispatch, startedAt: number): Record<string, string> {
  return {
    ...httpHeaders(dispatch.headers),
    'User-Agent': HTTP_TASK_AGENT,
    'accept-encoding': 'identity',
    ...factsOfHttpTask(dispatch, startedAt),
    'webhook-id': webhookId(dispatch),
    'webhook-timestamp': String(Math.floor(startedAt / 1000)),
  };
}

/** The reason for a retry is present and empty. */
function factsOfHttpTask(dispatch: Dispatch, startedAt: number): Record<string, string> {
  const { previousResponse } = dispatch;
  return {
    [HTTP_TASK_HEADERS.queue]: dispatch.queue,
    [HTTP_TASK_HEADERS.name]: dispatch.name,
    [HTTP_TASK_HEADERS.retryCount]: String(dispatch.retryCount),
    [HTTP_TASK_HEADERS.executionCount]: String(dispatch.non5xxExecutionCount),
    [HTTP_TASK_HEADERS.eta]: secondsOf(dispatch.eta),
    [HTTP_TASK_HEADERS.deadline]: String(Math.floor(startedAt / 1000 + dispatch.dispatchDeadline)),
    ...(previousResponse !== null && {
      [HTTP_TASK_HEADERS.previousResponse]: String(previousResponse || NO_RESPONSE),
      [HTTP_TASK_HEADERS.retryReason]: '',
    }),
  };
}

function userAgent(headers: Record<string, string>): string {
  const given = Object.entries(headers).findLast(([name]) => name.toLowerCase() === 'user-agent')?.[1];
  return given ? `${given} ${SERVICE_AGENT}` : SERVICE_AGENT;
}
