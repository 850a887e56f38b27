// Emulators of Cloud Tasks can create a queue when a request names it.

import type { Message } from '@bufbuild/protobuf';
import { QueueExistsError, TombstonedQueueError, UnknownQueueError } from '../domain/errors.ts';
import type { Executor } from '../postgres/executor.ts';
import { createCloudQueue, getCloudQueue } from '../store/cloud-queues.ts';
import { parseQueue, queuePrefix } from './names.ts';
import type { Operation } from './operation.ts';
import { VERSIONS } from './versions/versions.ts';

/**
 * Creates the queue that a request names, with the API's defaults, unless it exists or was deleted. Operations of
 * administrators are about queues themselves, and create none.
 */
export async function createNamedQueue(
  { right, service, request: { fields } }: Operation,
  request: Message,
  executor: Executor,
): Promise<void> {
  if (right === 'admin') return;
  const values = fields.map(({ localName }) => (request as unknown as Record<string, unknown>)[localName]);
  const name = values.map((value) => (typeof value === 'string' ? queuePrefix(value) : undefined)).find(Boolean);
  if (name === undefined) return;
  const path = parseQueue(name);
  const mode = VERSIONS.find((version) => version.service === service)?.mode;
  try {
    await getCloudQueue(executor, path, path.queue).catch((error) => {
      if (error instanceof UnknownQueueError) return createCloudQueue(executor, path, path.queue, {}, mode);
      throw error;
    });
  } catch (error) {
    // another request was faster; or the operation itself says that the queue is another parent's, or deleted
    if (!(error instanceof QueueExistsError || error instanceof TombstonedQueueError)) throw error;
  }
}
