// BufferTask: a task that is just a body; its queue says where it goes and how.

import type { MessageShape } from '@bufbuild/protobuf';
import type { NewCloudTask } from '../domain/cloud-task.ts';
import type { HttpTarget } from '../domain/http-task.ts';
import { normalizeUrl } from '../domain/http-task-url.ts';
import type { QueuePath } from './names.ts';
import { parseTask, queueName } from './names.ts';
import type { BufferTaskRequest } from './schema/requests.ts';
import { StatusError } from './status.ts';

type Body = MessageShape<typeof BufferTaskRequest>['body'];

/** @throws StatusError FAILED_PRECONDITION for a queue that names no host */
export function bufferedTask(id: string, body: Body, queue: QueuePath, target: HttpTarget | null): NewCloudTask {
  const { scheme = 'HTTPS', host, port, pathOverride, queryOverride } = target?.uriOverride ?? {};
  if (host === undefined)
    throw new StatusError('FAILED_PRECONDITION', 'the queue must have an httpTarget with a uriOverride.host');
  const authority = port === undefined || port === '0' ? host : `${host}:${port}`;
  const query = queryOverride?.queryParams ? `?${queryOverride.queryParams}` : '';
  const url = `${scheme.toLowerCase()}://${authority}${pathOverride?.path ?? ''}${query}`;
  const { origin, path } = normalizeUrl(url);
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
