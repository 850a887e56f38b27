// The operations on queues.

import type { MessageShape } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import type { QueueState } from '../domain/queue.ts';
import * as store from '../store/cloud-queues.ts';
import { EXISTING_QUEUE, MISSING_QUEUE } from './errors.ts';
import { requireQueueTokens } from './http-task-rules.ts';
import { locationName, parseLocation, parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import { pageSizeOf, pageToken, partsOf } from './pages.ts';
import { maskedSettings, queueMessage, settingsOf } from './queue-message.ts';
import { QUEUE_STATES, QueueMessage } from './schema/queue.ts';
import * as messages from './schema/requests.ts';
import { CLOUD_TASKS } from './services.ts';
import { StatusError } from './status.ts';

const QUEUES = '/v2/{parent=projects/*/locations/*}/queues';
const QUEUE = '/v2/{name=projects/*/locations/*/queues/*}';
const MOST_QUEUES = 9800;

const named = (request: { name: string }) => queueIn(request.name);
const given = ({ queue }: { queue?: MessageShape<typeof QueueMessage> | undefined }) => queueIn(queue?.name ?? '');

export const queueOperations: readonly Operation[] = [
  operation({
    ...{ service: CLOUD_TASKS, name: 'ListQueues', verb: 'GET', paths: [QUEUES], right: undefined },
    request: messages.ListQueuesRequest,
    response: messages.ListQueuesResponse,
    run: async ({ parent: name, filter, pageSize, pageToken: token }, { executor, may }) => {
      const parent = parseLocation(name);
      const limit = pageSizeOf(pageSize, MOST_QUEUES);
      const state = stateOf(filter);
      const [after, first] = token === '' ? [undefined, filter] : partsOf(token, 2);
      if (first !== filter) throw new StatusError('INVALID_ARGUMENT', 'filter must be that of the first page');
      const page = await store.listCloudQueues(executor, parent, { after, limit: limit + 1, state });
      const last = page[limit - 1]?.name;
      const queues = page.slice(0, limit).filter((queue) => may('read', queue.name));
      return {
        queues: queues.map((queue) => queueMessage(queue, parent)),
        nextPageToken: page.length > limit && last !== undefined ? pageToken(last, filter) : '',
      };
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'GetQueue', verb: 'GET', paths: [QUEUE], right: 'read', queue: named },
    request: messages.GetQueueRequest,
    response: QueueMessage,
    run: ({ name }, { executor }) => answer(name, store.getCloudQueue, executor),
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'CreateQueue', verb: 'POST', paths: [QUEUES], right: 'admin', queue: given },
    ...{ body: 'queue', errors: EXISTING_QUEUE },
    request: messages.CreateQueueRequest,
    response: QueueMessage,
    run: async ({ parent: name, queue }, { executor, rules }) => {
      const parent = parseLocation(name);
      if (!queue) throw new StatusError('INVALID_ARGUMENT', 'queue must be given');
      const path = parseQueue(queue.name);
      if (path.project !== parent.project || path.location !== parent.location) {
        const rule = `queue.name must be under ${locationName(parent)}`;
        throw new StatusError('INVALID_ARGUMENT', `${rule}, got ${queue.name}`);
      }
      const settings = settingsOf(queue);
      await requireQueueTokens(rules, settings);
      return queueMessage(await store.createCloudQueue(executor, parent, path.queue, settings), parent);
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'UpdateQueue', verb: 'PATCH', right: 'admin', queue: given },
    ...{ paths: ['/v2/{queue.name=projects/*/locations/*/queues/*}'], body: 'queue', errors: EXISTING_QUEUE },
    request: messages.UpdateQueueRequest,
    response: QueueMessage,
    run: async ({ queue, updateMask }, { executor, rules }) => {
      if (!queue) throw new StatusError('INVALID_ARGUMENT', 'queue must be given');
      const path = parseQueue(queue.name);
      const fields = maskedSettings(updateMask?.paths ?? []);
      const settings = settingsOf(queue);
      await requireQueueTokens(rules, settings);
      const updated = await store.updateCloudQueue(executor, path, path.queue, settings, fields);
      return queueMessage(updated, path);
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'DeleteQueue', verb: 'DELETE', paths: [QUEUE], right: 'admin', queue: named },
    errors: MISSING_QUEUE,
    request: messages.DeleteQueueRequest,
    response: EmptySchema,
    run: async ({ name }, { executor }) => {
      const path = parseQueue(name);
      await store.deleteCloudQueue(executor, path, path.queue);
      return {};
    },
  }),
  verb('PurgeQueue', 'purge', messages.PurgeQueueRequest, store.purgeCloudQueue),
  verb('PauseQueue', 'pause', messages.PauseQueueRequest, store.pauseCloudQueue),
  verb('ResumeQueue', 'resume', messages.ResumeQueueRequest, store.resumeCloudQueue),
];

function verb(
  name: string,
  word: string,
  request: typeof messages.PauseQueueRequest,
  run: typeof store.pauseCloudQueue,
) {
  return operation({
    ...{ service: CLOUD_TASKS, name, verb: 'POST', paths: [`${QUEUE}:${word}`], body: '*' },
    ...{ right: 'operate', queue: named },
    request,
    response: QueueMessage,
    run: (asked, { executor }) => answer(asked.name, run, executor),
  });
}

async function answer(name: string, run: typeof store.getCloudQueue, executor: Parameters<typeof run>[0]) {
  const path = parseQueue(name);
  return queueMessage(await run(executor, path, path.queue), path);
}

/** `state: PAUSED` or `state = PAUSED`; of Google's filters, the one that is documented. */
function stateOf(filter: string): QueueState | undefined {
  if (filter.trim() === '') return undefined;
  const [, state] = /^\s*state\s*[:=]\s*"?([A-Z]+)"?\s*$/.exec(filter) ?? [];
  if (state !== undefined && Object.values<string>(QUEUE_STATES).includes(state))
    return state.toLowerCase() as QueueState;
  const got = JSON.stringify(filter.slice(0, 120));
  throw new StatusError('INVALID_ARGUMENT', `filter must be state: RUNNING, PAUSED or DISABLED, got ${got}`);
}
