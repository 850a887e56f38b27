// What operations need to know of a version of the API: its requests, and how its messages of queues and tasks are read
// and written. What they say is the same in all versions, and has v2's names here.

import type { DescMessage, Message, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt';
import type { CloudQueueSettings } from '../../domain/cloud-task.ts';
import type { QueueMode } from '../../domain/queue.ts';
import type { RequestMessages } from '../schema/requests.ts';
import type { HttpTargetV2, QueueV2, TaskV2 } from '../schema/v2.ts';
import type { VersionId } from '../schema/version.ts';

export interface ApiVersion {
  id: VersionId;
  /** The full name of its service. */
  service: string;
  messages: RequestMessages;
  Queue: DescMessage;
  Task: DescMessage;
  HttpTarget: typeof HttpTargetV2;
  /** The kind of queues whose tasks it has; undefined: push and pull. */
  mode?: QueueMode;
  /** The settings of a queue by the paths of their fields. */
  settings: Readonly<Record<string, readonly (keyof CloudQueueSettings)[]>>;
  readQueue(message: Message): GivenQueue;
  writeQueue(queue: ShownQueue): Message;
  readTask(message: Message): GivenTask;
  writeTask(task: ShownTask): Message;
}

type Queue = MessageShape<typeof QueueV2>;
type Task = MessageShape<typeof TaskV2>;

/** A queue of a request. Undefined: the request says nothing of it. */
export type GivenQueue = Pick<
  Queue,
  'name' | 'appEngineRoutingOverride' | 'rateLimits' | 'retryConfig' | 'stackdriverLoggingConfig' | 'httpTarget'
> & {
  mode?: QueueMode | undefined;
  taskTtl?: Duration | undefined;
  tombstoneTtl?: Duration | undefined;
};

/** A task of a request. */
export type GivenTask = Pick<Task, 'name' | 'scheduleTime' | 'dispatchDeadline' | 'retryConfig'> & {
  payload: Task['messageType'] | GivenPullMessage;
};

export type GivenHttpRequest = (Task['messageType'] & { case: 'httpRequest' })['value'];
export type GivenAppEngineRequest = (Task['messageType'] & { case: 'appEngineHttpRequest' })['value'];

/** What a task of a pull queue has in place of a request. */
interface GivenPullMessage {
  case: 'pullMessage';
  value: { payload: Uint8Array; tag: string };
}

/** A queue of a response. */
export interface ShownQueue extends ShapedAs<typeof QueueV2> {
  mode: QueueMode;
  taskTtl: Duration;
  tombstoneTtl: Duration;
  stats?: ShownStats;
}

/** A task of a response. */
export interface ShownTask extends Omit<ShapedAs<typeof TaskV2>, 'messageType'> {
  payload: NonNullable<ShapedAs<typeof TaskV2>['messageType']> | GivenPullMessage;
}

export type ShownAttempt = NonNullable<ShownTask['lastAttempt']>;

/** The counts of a queue. */
export interface ShownStats {
  tasksCount: bigint;
  oldestEstimatedArrivalTime?: Timestamp;
  executedLastMinuteCount: bigint;
  concurrentDispatchesCount: bigint;
  effectiveExecutionRate: number;
}

/** What a message is created from. */
type ShapedAs<Desc extends DescMessage> = Exclude<MessageInitShape<Desc>, MessageShape<Desc>>;
