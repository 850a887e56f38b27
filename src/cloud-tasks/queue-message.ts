// Queues between the API and this package.

import { type DescMessage, fromJson, type JsonValue, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { CloudParent, CloudQueue, CloudQueueField, CloudQueueSettings } from '../domain/cloud-task.ts';
import type { HttpTarget } from '../domain/http-task.ts';
import type { QueueStatistics } from '../domain/queue.ts';
import { durationOf, durationSeconds, timestamp } from './moments.ts';
import { queueName } from './names.ts';
import { retryConfig, retrySettings } from './retry-config.ts';
import { routedTarget, routingOf } from './routing.ts';
import { QUEUE_STATES } from './schema/queue.ts';
import { StatusError } from './status.ts';
import type { ApiVersion, GivenQueue, ShownQueue, ShownStats } from './versions/version.ts';

const DAY = 86_400;
/** What Google's queues have. Tasks here are kept until they have run. */
const TASK_TTL = 31 * DAY;

/**
 * @param parent under which the queue was asked for: one without a parent of its own is shown under it
 * @param statistics undefined: they were not asked for
 */
export function shownQueue(
  { HttpTarget }: ApiVersion,
  queue: CloudQueue,
  parent: CloudParent,
  statistics?: QueueStatistics,
): ShownQueue {
  const { mode, purgeTime, httpTarget, loggingRatio, target } = queue;
  const routing = routingOf(target);
  return {
    name: queueName(queue.parent ?? parent, queue.name),
    mode,
    ...(queue.ratePerSecond === null
      ? {}
      : {
          rateLimits: {
            maxDispatchesPerSecond: queue.ratePerSecond,
            maxBurstSize: queue.bucketSize ?? 0,
            maxConcurrentDispatches: queue.maxConcurrentRequests ?? 0,
          },
        }),
    retryConfig: retryConfig(queue.retry, mode),
    state: STATES.indexOf(queue.state.toUpperCase()),
    ...(routing ? { appEngineRoutingOverride: routing } : {}),
    ...(purgeTime === null ? {} : { purgeTime: timestamp(purgeTime) }),
    ...(httpTarget === null ? {} : { httpTarget: fromJson(HttpTarget, httpTarget as JsonValue) }),
    ...(loggingRatio === null ? {} : { stackdriverLoggingConfig: { samplingRatio: loggingRatio } }),
    taskTtl: durationOf(TASK_TTL),
    tombstoneTtl: durationOf(queue.tombstoneTtlSeconds),
    ...(statistics ? { stats: shownStats(statistics) } : {}),
  };
}

function shownStats({ tasks, oldestEta, executedLastMinute, inFlight, enforcedRate }: QueueStatistics): ShownStats {
  return {
    tasksCount: BigInt(tasks),
    ...(oldestEta ? { oldestEstimatedArrivalTime: timestamp(BigInt(oldestEta.getTime()) * 1000n) } : {}),
    executedLastMinuteCount: BigInt(executedLastMinute),
    concurrentDispatchesCount: BigInt(inFlight ?? 0),
    effectiveExecutionRate: enforcedRate ?? 0,
  };
}

const STATES: string[] = Object.values(QUEUE_STATES);

/** All settings of a message; what it lacks is null, the default. @throws StatusError INVALID_ARGUMENT */
export function settingsOf(version: ApiVersion, message: GivenQueue): Required<CloudQueueSettings> {
  const { maxDispatchesPerSecond: rate = 0, maxConcurrentDispatches: concurrent = 0 } = message.rateLimits ?? {};
  const { samplingRatio = 0 } = message.stackdriverLoggingConfig ?? {};
  if (!(rate >= 0 && rate <= 500)) throw invalid(`${pathOf(version, 'ratePerSecond')} must be 0 to 500`, rate);
  if (concurrent < 0 || concurrent > 5000)
    throw invalid(`${pathOf(version, 'maxConcurrentRequests')} must be 0 to 5000`, concurrent);
  if (!(samplingRatio >= 0 && samplingRatio <= 1))
    throw invalid('stackdriverLoggingConfig.samplingRatio must be 0 to 1', samplingRatio);
  requireTaskTtl(message);
  const retry = retrySettings(message.retryConfig);
  if ((retry.minBackoffSeconds ?? 0.1) > (retry.maxBackoffSeconds ?? 3600))
    throw invalid('retryConfig.minBackoff must be at most maxBackoff', `${retry.minBackoffSeconds}s`);
  return {
    ratePerSecond: rate === 0 ? null : rate,
    maxConcurrentRequests: concurrent === 0 ? null : concurrent,
    ...retry,
    target: routedTarget(message.appEngineRoutingOverride),
    httpTarget: message.httpTarget ? httpTargetOf(version.HttpTarget, message.httpTarget) : null,
    loggingRatio: message.stackdriverLoggingConfig ? samplingRatio : null,
    tombstoneTtlSeconds: tombstoneTtlOf(message),
  };
}

/** Where a version's messages have a setting. */
function pathOf({ settings }: ApiVersion, setting: keyof CloudQueueSettings): string {
  return Object.keys(settings).find((path) => settings[path]?.includes(setting)) ?? setting;
}

function tombstoneTtlOf({ tombstoneTtl }: GivenQueue): number | null {
  const seconds = tombstoneTtl ? durationSeconds(tombstoneTtl) : 0;
  if (seconds === 0) return null;
  if (seconds >= 3600 && seconds <= 9 * DAY) return seconds;
  throw invalid(`tombstoneTtl must be 3600s to ${9 * DAY}s`, `${seconds}s`);
}

function requireTaskTtl({ taskTtl }: GivenQueue): void {
  const seconds = taskTtl ? durationSeconds(taskTtl) : 0;
  if (seconds !== 0 && seconds !== TASK_TTL) throw invalid(`taskTtl must be ${TASK_TTL}s`, `${seconds}s`);
}

/** The settings that a mask names, in either spelling; an empty mask, or `*`, names all. */
export function maskedSettings(version: ApiVersion, paths: readonly string[]): CloudQueueField[] {
  const named =
    paths.length === 0 || paths.includes('*')
      ? Object.values(version.settings).flat()
      : paths.flatMap((path) => settingsAt(version, path));
  return [...new Set(named)];
}

function settingsAt({ Queue, settings }: ApiVersion, given: string): readonly CloudQueueField[] {
  const path = fieldPath(Queue, given);
  if (path === undefined) throw invalid('updateMask must name fields of a queue', JSON.stringify(given.slice(0, 120)));
  if (path.endsWith('appEngineRoutingOverride.host')) return []; // output only
  if (path.startsWith('httpTarget.')) return [path as CloudQueueField];
  const named = Object.entries(settings).filter(
    ([known]) => known.startsWith(`${path}.`) || `${path}.`.startsWith(`${known}.`),
  );
  return named.flatMap(([, fields]) => fields);
}

/** The path of a field in camel case; undefined: the message has none there. */
export function fieldPath(type: DescMessage, given: string): string | undefined {
  const path = given.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return isPath(type, path.split('.')) ? path : undefined;
}

function isPath(type: DescMessage, [first, ...others]: readonly string[]): boolean {
  const field = type.fields.find(({ jsonName }) => jsonName === first);
  if (!field || others.length === 0) return field !== undefined;
  return field.fieldKind === 'message' && isPath(field.message, others);
}

function httpTargetOf(type: ApiVersion['HttpTarget'], message: MessageShape<ApiVersion['HttpTarget']>): HttpTarget {
  const { uriOverride, authorizationHeader } = message;
  if (uriOverride?.host === '') throw invalid('httpTarget.uriOverride.host must not be empty', '""');
  const { port } = uriOverride ?? {};
  if (port !== undefined && (port < 0n || port > 65_535n))
    throw invalid('httpTarget.uriOverride.port must be 0 to 65535', port);
  const { value } = authorizationHeader;
  if (value && (value.serviceAccountEmail === '' || ('scope' in value ? value.scope : value.audience) === ''))
    throw invalid(`httpTarget.${authorizationHeader.case} must have both of its fields`, 'one');
  return toJson(type, message) as HttpTarget;
}

function invalid(rule: string, got: unknown): StatusError {
  return new StatusError('INVALID_ARGUMENT', `${rule}, got ${got}`);
}
