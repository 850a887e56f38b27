// v2beta3: push and pull queues, their statistics, and how long the names of tasks stay taken.

import { create, type MessageShape } from '@bufbuild/protobuf';
import { HttpTargetV2Beta3, QueueV2Beta3, requestsV2Beta3, TaskV2Beta3 } from '../schema/v2beta3.ts';
import { fullName } from '../schema/version.ts';
import { V2 } from './v2.ts';
import type { ApiVersion } from './version.ts';

const { appEngineRoutingOverride, ...settings } = V2.settings;
const PULL = 1;
const PUSH = 2;
const MODES = [undefined, 'pull', 'push'] as const;

export const V2BETA3: ApiVersion = {
  id: 'v2beta3',
  service: fullName('v2beta3', 'CloudTasks'),
  messages: requestsV2Beta3,
  Queue: QueueV2Beta3,
  Task: TaskV2Beta3,
  HttpTarget: HttpTargetV2Beta3,
  settings: {
    ...settings,
    'appEngineHttpQueue.appEngineRoutingOverride': ['target'],
    tombstoneTtl: ['tombstoneTtlSeconds'],
  },
  readQueue: ({ queueType, type, ...queue }: MessageShape<typeof QueueV2Beta3>) => ({
    ...queue,
    mode: MODES[type],
    appEngineRoutingOverride: queueType.value?.appEngineRoutingOverride,
  }),
  writeQueue: ({ appEngineRoutingOverride, mode, ...queue }) =>
    create(QueueV2Beta3, {
      ...queue,
      type: mode === 'pull' ? PULL : PUSH,
      ...(appEngineRoutingOverride && {
        queueType: { case: 'appEngineHttpQueue', value: { appEngineRoutingOverride } },
      }),
    }),
  readTask: ({ payloadType, ...task }: MessageShape<typeof TaskV2Beta3>) => ({ ...task, payload: payloadType }),
  writeTask: ({ payload, ...task }) => create(TaskV2Beta3, { ...task, payloadType: payload }),
};
