// BufferTask: a task that is just a body; its queue says where it goes and how.

import type { MessageShape } from '@bufbuild/protobuf';
import type { NewCloudTask } from '../domain/cloud-task.ts';
import { overrideUrl } from '../domain/http-target.ts';
import type { HttpTarget } from '../domain/http-task.ts';
import { NO_URL, normalizeUrl, type TaskUrl } from '../domain/http-task-url.ts';
import type { QueuePath } from './names.ts';
import { parseTask, queueName } from './names.ts';
import type { RequestMessages } from './schema/requests.ts';
import { StatusError } from './status.ts';

type Body = MessageShape<RequestMessages['BufferTaskRequest']>['body'];

/** @throws StatusError FAILED_PRECONDITION for a queue that names no host, or parts that make no URL */
export function bufferedTask(id: string, body: Body, queue: QueuePath, target: HttpTarget | null): NewCloudTask {
  const made = overrideUrl(NO_URL, target);
  if (made.origin === null)
    throw new StatusError('FAILED_PRECONDITION', 'the queue must have an httpTarget with a uriOverride.host');
  const url = made.origin + made.path;
  const { origin, path } = normalized(url);
  return {
    name: id === '' ? undefined : parseTask(`${queueName(queue, queue.queue)}/tasks/${id}`).task,
    http: { url },
    target: origin,
    url: path,
    method: target?.httpMethod ?? 'POST',
    headers: { 'Content-Type': body?.contentType || 'application/json' },
    body: body && body.data.length > 0 ? body.data : null,
  };
}

function normalized(url: string): TaskUrl {
  try {
    return normalizeUrl(url);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new StatusError('FAILED_PRECONDITION', `the httpTarget of the queue: ${error.message}`);
  }
}
