// Stored tasks as the API shows them.

import type { CloudAttempt, CloudTask } from '../domain/cloud-task.ts';
import { shownHeaders } from './headers.ts';
import { durationOf, timestamp, wholeTimestamp } from './moments.ts';
import { type QueuePath, queueName } from './names.ts';
import { responseStatus } from './response-status.ts';
import { retryConfig } from './retry-config.ts';
import { routingOf } from './routing.ts';
import { HTTP_METHODS } from './schema/target.ts';
import { View } from './schema/task.ts';
import type { ShownAttempt, ShownTask } from './versions/version.ts';

const DEFAULT_DEADLINE_SECONDS = 600;

/** A task with its body, if it was read. Of a pull task only the leases are counted. */
export function shownTask(task: CloudTask, queue: QueuePath): ShownTask {
  const { retry, firstAttempt, lastAttempt, body } = task;
  const deadline = task.dispatchDeadlineSeconds ?? (task.http === null ? undefined : DEFAULT_DEADLINE_SECONDS);
  const isPull = task.method === 'PULL';
  return {
    name: `${queueName(queue, queue.queue)}/tasks/${task.name}`,
    payload: payloadOf(task),
    scheduleTime: timestamp(task.scheduleTime),
    createTime: wholeTimestamp(task.created),
    ...(deadline === undefined ? {} : { dispatchDeadline: durationOf(deadline) }),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    ...(isPull || firstAttempt === null ? {} : { firstAttempt: { dispatchTime: timestamp(firstAttempt) } }),
    ...(isPull || lastAttempt === null ? {} : { lastAttempt: attemptOf(lastAttempt) }),
    view: body === undefined ? View.BASIC : View.FULL,
    ...(retry === null ? {} : { retryConfig: retryConfig(retry, 'push') }),
  };
}

function payloadOf({ http, url, method, tag, headers, body, bodyBytes, target }: CloudTask): ShownTask['payload'] {
  if (method === 'PULL') return { case: 'pullMessage', value: { payload: body ?? new Uint8Array(), tag: tag ?? '' } };
  const sent = body ? { body } : {};
  const httpMethod = METHODS.indexOf(method);
  if (http === null) {
    const routing = routingOf(target);
    return {
      case: 'appEngineHttpRequest',
      value: {
        httpMethod,
        ...(routing ? { appEngineRouting: routing } : {}),
        relativeUri: url,
        headers: shownHeaders(headers, 'native', bodyBytes),
        ...sent,
      },
    };
  }
  const { oidc, oauth } = http;
  const value = { url: http.url, httpMethod, headers: shownHeaders(headers, 'http', bodyBytes), ...sent };
  if (oidc)
    return { case: 'httpRequest', value: { ...value, authorizationHeader: { case: 'oidcToken', value: oidc } } };
  if (oauth)
    return { case: 'httpRequest', value: { ...value, authorizationHeader: { case: 'oauthToken', value: oauth } } };
  return { case: 'httpRequest', value };
}

const METHODS: string[] = Object.values(HTTP_METHODS);

function attemptOf({ scheduleTime, dispatchTime, responseTime, status }: CloudAttempt): ShownAttempt {
  return {
    scheduleTime: timestamp(scheduleTime),
    dispatchTime: timestamp(dispatchTime),
    ...(responseTime === null ? {} : { responseTime: timestamp(responseTime) }),
    ...(status === null ? {} : { responseStatus: responseStatus(status) }),
  };
}
