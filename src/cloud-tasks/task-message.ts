// Stored tasks as messages.

import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import type { CloudAttempt, CloudTask } from '../domain/cloud-task.ts';
import { shownHeaders } from './headers.ts';
import { durationOf, timestamp, wholeTimestamp } from './moments.ts';
import { type QueuePath, queueName } from './names.ts';
import { responseStatus } from './response-status.ts';
import { retryConfig } from './retry-config.ts';
import { routingOf } from './routing.ts';
import { HTTP_METHODS } from './schema/target.ts';
import { type AttemptMessage, TaskMessage, View } from './schema/task.ts';

const DEFAULT_DEADLINE_SECONDS = 600;

/** A task with its body, if it was read. */
export function taskMessage(task: CloudTask, queue: QueuePath): MessageShape<typeof TaskMessage> {
  const { retry, firstAttempt, lastAttempt, body } = task;
  const deadline = task.dispatchDeadlineSeconds ?? (task.http === null ? undefined : DEFAULT_DEADLINE_SECONDS);
  return create(TaskMessage, {
    name: `${queueName(queue, queue.queue)}/tasks/${task.name}`,
    messageType: requestOf(task),
    scheduleTime: timestamp(task.scheduleTime),
    createTime: wholeTimestamp(task.created),
    ...(deadline === undefined ? {} : { dispatchDeadline: durationOf(deadline) }),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    ...(firstAttempt === null ? {} : { firstAttempt: { dispatchTime: timestamp(firstAttempt) } }),
    ...(lastAttempt === null ? {} : { lastAttempt: attemptOf(lastAttempt) }),
    view: body === undefined ? View.BASIC : View.FULL,
    ...(retry === null ? {} : { retryConfig: retryConfig(retry) }),
  });
}

type MessageType = NonNullable<MessageInitShape<typeof TaskMessage>['messageType']>;

function requestOf({ http, url, method, headers, body, bodyBytes, target }: CloudTask): MessageType {
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

function attemptOf({
  scheduleTime,
  dispatchTime,
  responseTime,
  status,
}: CloudAttempt): MessageInitShape<typeof AttemptMessage> {
  return {
    scheduleTime: timestamp(scheduleTime),
    dispatchTime: timestamp(dispatchTime),
    ...(responseTime === null ? {} : { responseTime: timestamp(responseTime) }),
    ...(status === null ? {} : { responseStatus: responseStatus(status) }),
  };
}
