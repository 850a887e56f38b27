// The operations on queues.

import type { Message } from '@bufbuild/protobuf';
import { EmptySchema, type FieldMask } from '@bufbuild/protobuf/wkt';
import type { CloudParent, CloudQueue } from '../domain/cloud-task.ts';
import type { QueueState } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import * as store from '../store/cloud-queues.ts';
import { allStatistics, fetchStatistics } from '../store/queue-statistics.ts';
import { EXISTING_QUEUE, MISSING_QUEUE } from './errors.ts';
import { requireQueueTokens } from './http-task-rules.ts';
import { locationName, parseLocation, parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import { pageSizeOf, pageToken, partsOf } from './pages.ts';
import { maskedSettings, settingsOf, shownQueue } from './queue-message.ts';
import { maskedMessage, namesStatistics } from './read-mask.ts';
import { QUEUE_STATES } from './schema/queue.ts';
import { StatusError } from './status.ts';
import type { ApiVersion, GivenQueue } from './versions/version.ts';

const MOST_QUEUES = 9800;

type Definition = (version: ApiVersion) => Operation;

/** Those of a version. */
export const queueOperations = (version: ApiVersion): Operation[] => DEFINITIONS.map((define) => define(version));

const queuesAt = ({ id }: ApiVersion) => `/${id}/{parent=projects/*/locations/*}/queues`;
const queueAt = ({ id }: ApiVersion) => `/${id}/{name=projects/*/locations/*/queues/*}`;
const named = (request: { name: string }) => queueIn(request.name);
const given = (version: ApiVersion) => (request: { queue?: Message | undefined }) =>
  queueIn(request.queue ? version.readQueue(request.queue).name : '');
const shown = (version: ApiVersion, queue: CloudQueue, parent: CloudParent) =>
  version.writeQueue(shownQueue(version, queue, parent));

const listQueues: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'ListQueues', verb: 'GET', paths: [queuesAt(version)], right: undefined },
    request: version.messages.ListQueuesRequest,
    response: version.messages.ListQueuesResponse,
    run: (request, { executor, may }) => pageOfQueues(version, request, executor, (name) => may('read', name)),
  });

const getQueue: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'GetQueue', verb: 'GET', paths: [queueAt(version)] },
    ...{ right: 'read', queue: named, request: version.messages.GetQueueRequest, response: version.Queue },
    run: async ({ name, readMask }, { executor }) => {
      const path = parseQueue(name);
      const queue = await store.getCloudQueue(executor, path, path.queue);
      const statistics = namesStatistics(readMask) ? await fetchStatistics(executor, queue.name) : undefined;
      return maskedMessage(version.Queue, version.writeQueue(shownQueue(version, queue, path, statistics)), readMask);
    },
  });

const createQueue: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'CreateQueue', verb: 'POST', paths: [queuesAt(version)], body: 'queue' },
    ...{ right: 'admin', queue: given(version), errors: EXISTING_QUEUE },
    request: version.messages.CreateQueueRequest,
    response: version.Queue,
    run: async ({ parent: name, queue: message }, { executor, rules }) => {
      const parent = parseLocation(name);
      const queue = givenQueue(version, message);
      const path = parseQueue(queue.name);
      if (path.project !== parent.project || path.location !== parent.location) {
        const rule = `queue.name must be under ${locationName(parent)}`;
        throw new StatusError('INVALID_ARGUMENT', `${rule}, got ${queue.name}`);
      }
      const settings = settingsOf(version, queue);
      await requireQueueTokens(rules, settings);
      return shown(version, await store.createCloudQueue(executor, parent, path.queue, settings, queue.mode), parent);
    },
  });

const updateQueue: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'UpdateQueue', verb: 'PATCH', body: 'queue', errors: EXISTING_QUEUE },
    paths: [`/${version.id}/{queue.name=projects/*/locations/*/queues/*}`],
    ...{ right: 'admin', queue: given(version), request: version.messages.UpdateQueueRequest, response: version.Queue },
    run: async ({ queue: message, updateMask }, { executor, rules }) => {
      const queue = givenQueue(version, message);
      const path = parseQueue(queue.name);
      const fields = maskedSettings(version, updateMask?.paths ?? []);
      const settings = settingsOf(version, queue);
      await requireQueueTokens(rules, settings);
      const updated = await store.updateCloudQueue(executor, path, path.queue, settings, fields, queue.mode);
      return shown(version, updated, path);
    },
  });

const deleteQueue: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'DeleteQueue', verb: 'DELETE', paths: [queueAt(version)] },
    ...{ right: 'admin', queue: named, errors: MISSING_QUEUE },
    request: version.messages.DeleteQueueRequest,
    response: EmptySchema,
    run: async ({ name }, { executor }) => {
      const path = parseQueue(name);
      await store.deleteCloudQueue(executor, path, path.queue);
      return {};
    },
  });

const act =
  (word: 'purge' | 'pause' | 'resume', name: ActName, run: typeof store.pauseCloudQueue): Definition =>
  (version) =>
    operation({
      ...{ service: version.service, name, verb: 'POST', paths: [`${queueAt(version)}:${word}`], body: '*' },
      ...{ right: 'operate', queue: named, request: version.messages[`${name}Request`], response: version.Queue },
      run: async (request, { executor }) => {
        const path = parseQueue(request.name);
        return shown(version, await run(executor, path, path.queue), path);
      },
    });

type ActName = 'PurgeQueue' | 'PauseQueue' | 'ResumeQueue';

const DEFINITIONS: readonly Definition[] = [
  ...[listQueues, getQueue, createQueue, updateQueue, deleteQueue],
  act('purge', 'PurgeQueue', store.purgeCloudQueue),
  act('pause', 'PauseQueue', store.pauseCloudQueue),
  act('resume', 'ResumeQueue', store.resumeCloudQueue),
];

function givenQueue(version: ApiVersion, message: Message | undefined): GivenQueue {
  if (message) return version.readQueue(message);
  throw new StatusError('INVALID_ARGUMENT', 'queue must be given');
}

interface List {
  parent: string;
  filter: string;
  pageSize: number;
  pageToken: string;
  readMask: FieldMask | undefined;
}

async function pageOfQueues(
  version: ApiVersion,
  { parent: name, filter, pageSize, pageToken: token, readMask }: List,
  executor: Executor,
  isVisible: (queue: string) => boolean,
) {
  const parent = parseLocation(name);
  const limit = pageSizeOf(pageSize, MOST_QUEUES);
  const state = stateOf(filter);
  const [after, first] = token === '' ? [undefined, filter] : partsOf(token, 2);
  if (first !== filter) throw new StatusError('INVALID_ARGUMENT', 'filter must be that of the first page');
  const page = await store.listCloudQueues(executor, parent, { after, limit: limit + 1, state });
  const last = page[limit - 1]?.name;
  const statistics = namesStatistics(readMask) ? await allStatistics(executor) : undefined;
  const messages = page
    .slice(0, limit)
    .filter((queue) => isVisible(queue.name))
    .map((queue) => version.writeQueue(shownQueue(version, queue, parent, statistics?.get(queue.name))));
  return {
    queues: messages.map((queue) => maskedMessage(version.Queue, queue, readMask)),
    nextPageToken: page.length > limit && last !== undefined ? pageToken(last, filter) : '',
  };
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
