// A request to add a task as a task of this package.

import type { MessageShape } from '@bufbuild/protobuf';
import { InvalidTagError, InvalidTaskError } from '../domain/errors.ts';
import type { RetryParameters } from '../domain/retry.ts';
import type { NewTask } from '../domain/task.ts';
import { momentOfMicroseconds } from '../store/eta.ts';
import { type TaskArguments, taskArguments } from '../store/new-task.ts';
import { targetOfHost } from './host-target.ts';
import { textOf } from './method.ts';
import { type AddRequest, MODE, REQUEST_METHODS, type TaskRetryParameters } from './schema/add.ts';

type Request = MessageShape<typeof AddRequest>;

/** @throws InvalidTaskError and its subclasses; the database checks what this does not */
export function addedTask(request: Request): TaskArguments {
  const { taskName, etaUsec, tag, mode, retryParameters } = request;
  return taskArguments({
    ...(taskName.length === 0 ? {} : { name: textOf(taskName) }),
    eta: momentOfMicroseconds(etaUsec),
    ...(tag?.length ? { tag: tagOf(tag) } : {}),
    ...(retryParameters ? { retryOptions: retryOf(retryParameters) } : {}),
    ...(mode === MODE.PULL ? { method: 'PULL', payload: request.body ?? new Uint8Array() } : pushTask(request)),
  });
}

function pushTask({ method = POST, url, header, body, dispatchDeadlineUsec }: Request): NewTask {
  const verb = REQUEST_METHODS[method];
  if (verb === undefined) throw new InvalidTaskError(`method must be 1 to 5, got ${method}`);
  const { host, ...headers } = headersOf(header);
  const target = targetOfHost(host);
  return {
    method: verb,
    headers,
    ...(url?.length ? { url: textOf(url) } : {}),
    ...(target === undefined ? {} : { target }),
    ...(body?.length ? { payload: body } : {}),
    ...(dispatchDeadlineUsec === undefined ? {} : { dispatchDeadline: Number(dispatchDeadlineUsec) / 1e6 }),
  };
}

const POST = 2;

/** Names in lower case; the values of one name become one. */
function headersOf(given: Request['header']): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const { key, value } of given) {
    const name = textOf(key).toLowerCase();
    headers[name] = headers[name] === undefined ? textOf(value) : `${headers[name]}, ${textOf(value)}`;
  }
  return headers;
}

/** Another text in its place would group other tasks. */
function tagOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InvalidTagError('tag must be UTF-8');
  }
}

function retryOf(given: MessageShape<typeof TaskRetryParameters>): RetryParameters {
  const { retryLimit, ageLimitSec, minBackoffSec, maxBackoffSec, maxDoublings } = given;
  return {
    ...(retryLimit === undefined ? {} : { taskRetryLimit: retryLimit }),
    ...(ageLimitSec === undefined ? {} : { taskAgeLimit: Number(ageLimitSec) }),
    ...(minBackoffSec === undefined ? {} : { minBackoffSeconds: minBackoffSec }),
    ...(maxBackoffSec === undefined ? {} : { maxBackoffSeconds: maxBackoffSec }),
    ...(maxDoublings === undefined ? {} : { maxDoublings }),
  };
}
