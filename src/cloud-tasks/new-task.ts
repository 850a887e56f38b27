// A task of a request, checked and made ready to be stored.

import type { NewCloudTask } from '../domain/cloud-task.ts';
import type { HttpTask } from '../domain/http-task.ts';
import { normalizeUrl, type TaskUrl } from '../domain/http-task-url.ts';
import { acceptedHeaders } from './headers.ts';
import { durationSeconds, microsecondsOf } from './moments.ts';
import { parseTask, type QueuePath } from './names.ts';
import { retryParameters } from './retry-config.ts';
import { routedTarget } from './routing.ts';
import { HTTP_METHODS } from './schema/target.ts';
import { StatusError } from './status.ts';
import type { GivenAppEngineRequest, GivenHttpRequest, GivenTask } from './versions/version.ts';

/** The size of a stored task: 1 MiB less 7 bytes. */
const MOST_BYTES = 1_048_569;
/** What names, times and counts take of it at most. */
const BESIDE_BODY_BYTES = 90_000;

export interface NewTaskOptions {
  /** Whether the queue says where a task without a URL goes. */
  emptyUrl: boolean;
  /** Returns the size of the task's message. */
  size: () => number;
}

/** @throws StatusError INVALID_ARGUMENT */
export function newTask(task: GivenTask, queue: QueuePath, { emptyUrl, size }: NewTaskOptions): NewCloudTask {
  const { payload, scheduleTime, retryConfig } = task;
  const { request, body } = requestOf(payload, emptyUrl);
  if (body.length > MOST_BYTES - BESIDE_BODY_BYTES) requireSize(size());
  if (payload.case === 'pullMessage' && (task.dispatchDeadline || retryConfig))
    throw invalid('a task with a pullMessage must have neither dispatchDeadline nor retryConfig');
  return {
    name: task.name === '' ? undefined : nameIn(task.name, queue),
    ...request,
    body: body.length === 0 ? null : body,
    scheduleTime: scheduleTime ? microsecondsOf(scheduleTime) : undefined,
    dispatchDeadlineSeconds: deadlineOf(task),
    retry: retryConfig ? retryParameters(retryConfig) : undefined,
  };
}

type Request = Pick<NewCloudTask, 'http' | 'target' | 'url' | 'method' | 'headers' | 'tag'>;

function requestOf(payload: GivenTask['payload'], emptyUrl: boolean): { request: Request; body: Uint8Array } {
  switch (payload.case) {
    case 'httpRequest':
      return { request: httpRequest(payload.value, emptyUrl), body: payload.value.body };
    case 'appEngineHttpRequest':
      return { request: appEngineRequest(payload.value), body: payload.value.body };
    case 'pullMessage':
      return { request: pullRequest(payload.value.tag), body: payload.value.payload };
    default:
      throw invalid('a task must have an httpRequest, an appEngineHttpRequest or a pullMessage, got none');
  }
}

/** There is none: the task is leased. */
function pullRequest(tag: string): Request {
  return { target: null, url: '', method: 'PULL', headers: {}, ...(tag === '' ? {} : { tag }) };
}

function httpRequest(request: GivenHttpRequest, emptyUrl: boolean): Request {
  const { origin, path } = urlOf(request.url, emptyUrl);
  const http = { url: request.url, ...tokensOf(request) };
  const method = methodOf(request.httpMethod);
  if (request.body.length > 0) requireBodyAllowed(method, ['POST', 'PUT', 'PATCH']);
  return { http, target: origin, url: path, method, headers: acceptedHeaders(request.headers, 'http') };
}

const NO_ADDRESS =
  'httpRequest.url must be given, because the queue has neither an httpTarget with a host nor a target';

function urlOf(given: string, emptyUrl: boolean): TaskUrl {
  if (given === '' && !emptyUrl) throw invalid(NO_ADDRESS);
  try {
    return normalizeUrl(given, emptyUrl);
  } catch (error) {
    throw error instanceof RangeError ? invalid(`httpRequest.${error.message}`) : error;
  }
}

function tokensOf({ authorizationHeader }: GivenHttpRequest): Omit<HttpTask, 'url'> {
  if (authorizationHeader.case === undefined) return {};
  const { serviceAccountEmail } = authorizationHeader.value;
  if (serviceAccountEmail === '')
    throw invalid(`httpRequest.${authorizationHeader.case} must have a serviceAccountEmail`);
  if (authorizationHeader.case === 'oidcToken') {
    const { audience } = authorizationHeader.value;
    return { oidc: audience === '' ? { serviceAccountEmail } : { serviceAccountEmail, audience } };
  }
  const { scope } = authorizationHeader.value;
  return { oauth: scope === '' ? { serviceAccountEmail } : { serviceAccountEmail, scope } };
}

function appEngineRequest(request: GivenAppEngineRequest): Request {
  const method = methodOf(request.httpMethod);
  if (method === 'PATCH' || method === 'OPTIONS')
    throw invalid(`appEngineHttpRequest.httpMethod must be POST, GET, HEAD, PUT or DELETE, got ${method}`);
  if (request.body.length > 0) requireBodyAllowed(method, ['POST', 'PUT']);
  const url = request.relativeUri === '' ? '/' : request.relativeUri;
  if (!url.startsWith('/') || url.includes('#') || url.length > 2083) {
    const got = JSON.stringify(url.slice(0, 120));
    throw invalid(
      `appEngineHttpRequest.relativeUri must begin with /, have no fragment and at most 2083 characters, got ${got}`,
    );
  }
  const headers = acceptedHeaders(request.headers, 'native');
  return { target: routedTarget(request.appEngineRouting), url, method, headers };
}

function nameIn(name: string, queue: QueuePath): string {
  const { task, ...parent } = parseTask(name);
  if (parent.queue === queue.queue && parent.project === queue.project && parent.location === queue.location)
    return task;
  const expected = `projects/${queue.project}/locations/${queue.location}/queues/${queue.queue}`;
  throw invalid(`the task must be named in its own queue, ${expected}, got ${name}`);
}

const [UNSPECIFIED, ...METHODS] = Object.values(HTTP_METHODS);

function methodOf(number: number): string {
  const method = [UNSPECIFIED, ...METHODS][number];
  if (method === undefined) throw invalid(`httpMethod must be one of ${METHODS.join(', ')}, got ${number}`);
  return method === UNSPECIFIED ? 'POST' : method;
}

function requireBodyAllowed(method: string, allowed: readonly string[]): void {
  if (!allowed.includes(method))
    throw invalid(`body must be empty unless the method is ${allowed.join(' or ')}, got ${method}`);
}

/** Truncated to milliseconds. */
function deadlineOf({ dispatchDeadline, payload }: GivenTask): number | undefined {
  const seconds = dispatchDeadline ? Math.floor(durationSeconds(dispatchDeadline) * 1000) / 1000 : 0;
  if (seconds === 0) return undefined;
  const most = payload.case === 'httpRequest' ? 1800 : 86_415;
  if (seconds >= 15 && seconds <= most) return seconds;
  throw invalid(`dispatchDeadline must be 15s to ${most}s, got ${seconds}s`);
}

function requireSize(bytes: number): void {
  if (bytes > MOST_BYTES) throw invalid(`a task must have at most ${MOST_BYTES} bytes, got ${bytes}`);
}

const invalid = (message: string) => new StatusError('INVALID_ARGUMENT', message);
