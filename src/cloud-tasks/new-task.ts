// A task of a request, checked and made ready to be stored.

import type { MessageShape } from '@bufbuild/protobuf';
import { toBinary } from '@bufbuild/protobuf';
import type { NewCloudTask } from '../domain/cloud-task.ts';
import type { HttpTask } from '../domain/http-task.ts';
import { normalizeUrl, type TaskUrl } from '../domain/http-task-url.ts';
import { acceptedHeaders } from './headers.ts';
import { durationSeconds, microsecondsOf } from './moments.ts';
import { parseTask, type QueuePath } from './names.ts';
import { retryParameters } from './retry-config.ts';
import { routedTarget } from './routing.ts';
import { type AppEngineHttpRequest, HTTP_METHODS, type HttpRequest } from './schema/target.ts';
import { TaskMessage } from './schema/task.ts';
import { StatusError } from './status.ts';

type Task = MessageShape<typeof TaskMessage>;

/** The size of a stored task: 1 MiB less 7 bytes. */
const MOST_BYTES = 1_048_569;
/** What names, times and counts take of it at most. */
const BESIDE_BODY_BYTES = 90_000;

/**
 * @param emptyUrl whether the queue says where a task without a URL goes
 * @throws StatusError INVALID_ARGUMENT
 */
export function newTask(task: Task | undefined, queue: QueuePath, emptyUrl: boolean): NewCloudTask {
  if (!task) throw invalid('task must be given');
  const { messageType, scheduleTime, retryConfig } = task;
  if (messageType.case === undefined)
    throw invalid('a task must have either httpRequest or appEngineHttpRequest, got neither');
  const { value } = messageType;
  if (value.body.length > MOST_BYTES - BESIDE_BODY_BYTES) requireSize(task);
  const request =
    messageType.case === 'httpRequest' ? httpRequest(messageType.value, emptyUrl) : appEngineRequest(messageType.value);
  return {
    name: task.name === '' ? undefined : nameIn(task.name, queue),
    ...request,
    body: value.body.length === 0 ? null : value.body,
    scheduleTime: scheduleTime ? microsecondsOf(scheduleTime) : undefined,
    dispatchDeadlineSeconds: deadlineOf(task),
    retry: retryConfig ? retryParameters(retryConfig) : undefined,
  };
}

type Request = Pick<NewCloudTask, 'http' | 'target' | 'url' | 'method' | 'headers'>;

function httpRequest(request: MessageShape<typeof HttpRequest>, emptyUrl: boolean): Request {
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

function tokensOf({ authorizationHeader }: MessageShape<typeof HttpRequest>): Omit<HttpTask, 'url'> {
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

function appEngineRequest(request: MessageShape<typeof AppEngineHttpRequest>): Request {
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
function deadlineOf({ dispatchDeadline, messageType }: Task): number | undefined {
  const seconds = dispatchDeadline ? Math.floor(durationSeconds(dispatchDeadline) * 1000) / 1000 : 0;
  if (seconds === 0) return undefined;
  const most = messageType.case === 'httpRequest' ? 1800 : 86_415;
  if (seconds >= 15 && seconds <= most) return seconds;
  throw invalid(`dispatchDeadline must be 15s to ${most}s, got ${seconds}s`);
}

function requireSize(task: Task): void {
  const bytes = toBinary(TaskMessage, task).length;
  if (bytes > MOST_BYTES) throw invalid(`a task must have at most ${MOST_BYTES} bytes, got ${bytes}`);
}

const invalid = (message: string) => new StatusError('INVALID_ARGUMENT', message);
