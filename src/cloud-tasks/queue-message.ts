// Queues between protobuf and this package.

import { create, type DescMessage, fromJson, type JsonValue, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { CloudParent, CloudQueue, CloudQueueField, CloudQueueSettings } from '../domain/cloud-task.ts';
import type { HttpTarget } from '../domain/http-task.ts';
import { timestamp } from './moments.ts';
import { queueName } from './names.ts';
import { retryConfig, retrySettings } from './retry-config.ts';
import { routedTarget, routingOf } from './routing.ts';
import { QUEUE_STATES, QueueMessage } from './schema/queue.ts';
import { HttpTargetMessage } from './schema/target.ts';
import { StatusError } from './status.ts';

type Message = MessageShape<typeof QueueMessage>;

/** @param parent under which the queue was asked for: one without a parent of its own is shown under it */
export function queueMessage(queue: CloudQueue, parent: CloudParent): Message {
  const { purgeTime, httpTarget, loggingRatio, target } = queue;
  const routing = routingOf(target);
  return create(QueueMessage, {
    name: queueName(queue.parent ?? parent, queue.name),
    ...(queue.ratePerSecond === null
      ? {}
      : {
          rateLimits: {
            maxDispatchesPerSecond: queue.ratePerSecond,
            maxBurstSize: queue.bucketSize ?? 0,
            maxConcurrentDispatches: queue.maxConcurrentRequests ?? 0,
          },
        }),
    retryConfig: retryConfig(queue.retry),
    state: STATES.indexOf(queue.state.toUpperCase()),
    ...(routing ? { appEngineRoutingOverride: routing } : {}),
    ...(purgeTime === null ? {} : { purgeTime: timestamp(purgeTime) }),
    ...(httpTarget === null ? {} : { httpTarget: fromJson(HttpTargetMessage, httpTarget as JsonValue) }),
    ...(loggingRatio === null ? {} : { stackdriverLoggingConfig: { samplingRatio: loggingRatio } }),
  });
}

const STATES: string[] = Object.values(QUEUE_STATES);

/** All settings of a message; what it lacks is null, the default. @throws StatusError INVALID_ARGUMENT */
export function settingsOf(message: Message): Required<CloudQueueSettings> {
  const { maxDispatchesPerSecond: rate = 0, maxConcurrentDispatches: concurrent = 0 } = message.rateLimits ?? {};
  const { samplingRatio = 0 } = message.stackdriverLoggingConfig ?? {};
  if (!(rate >= 0 && rate <= 500)) throw invalid('rateLimits.maxDispatchesPerSecond must be 0 to 500', rate);
  if (concurrent < 0 || concurrent > 5000)
    throw invalid('rateLimits.maxConcurrentDispatches must be 0 to 5000', concurrent);
  if (!(samplingRatio >= 0 && samplingRatio <= 1))
    throw invalid('stackdriverLoggingConfig.samplingRatio must be 0 to 1', samplingRatio);
  const retry = retrySettings(message.retryConfig);
  if ((retry.minBackoffSeconds ?? 0.1) > (retry.maxBackoffSeconds ?? 3600))
    throw invalid('retryConfig.minBackoff must be at most maxBackoff', `${retry.minBackoffSeconds}s`);
  return {
    ratePerSecond: rate === 0 ? null : rate,
    maxConcurrentRequests: concurrent === 0 ? null : concurrent,
    ...retry,
    target: routedTarget(message.appEngineRoutingOverride),
    httpTarget: message.httpTarget ? httpTargetOf(message.httpTarget) : null,
    loggingRatio: message.stackdriverLoggingConfig ? samplingRatio : null,
  };
}

/** The settings that a mask names, in either spelling; an empty mask, or `*`, names all. */
export function maskedSettings(paths: readonly string[]): CloudQueueField[] {
  if (paths.length === 0 || paths.includes('*')) return Object.values(BY_PATH).flat();
  return [...new Set(paths.flatMap(settingsAt))];
}

/** Settings by the paths of their fields. */
const BY_PATH: Readonly<Record<string, (keyof CloudQueueSettings)[]>> = {
  'rateLimits.maxDispatchesPerSecond': ['ratePerSecond'],
  'rateLimits.maxConcurrentDispatches': ['maxConcurrentRequests'],
  'retryConfig.maxAttempts': ['taskRetryLimit'],
  'retryConfig.maxRetryDuration': ['taskAgeLimit'],
  'retryConfig.minBackoff': ['minBackoffSeconds'],
  'retryConfig.maxBackoff': ['maxBackoffSeconds'],
  'retryConfig.maxDoublings': ['maxDoublings'],
  appEngineRoutingOverride: ['target'],
  httpTarget: ['httpTarget'],
  stackdriverLoggingConfig: ['loggingRatio'],
};

/** Fields that only the server sets, and the name: a mask may have them, and they stay as they are. */
const OUTPUT_ONLY = ['name', 'state', 'purgeTime', 'rateLimits.maxBurstSize', 'appEngineRoutingOverride.host'];

function settingsAt(given: string): CloudQueueField[] {
  const path = given.trim().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const isField = isPath(QueueMessage, path.split('.'));
  if (!isField) throw invalid('updateMask must name fields of a queue', JSON.stringify(given.slice(0, 120)));
  if (OUTPUT_ONLY.includes(path)) return [];
  if (path.startsWith('httpTarget.')) return [path as CloudQueueField];
  const named = Object.entries(BY_PATH).filter(
    ([known]) => known.startsWith(`${path}.`) || `${path}.`.startsWith(`${known}.`),
  );
  return named.flatMap(([, settings]) => settings);
}

function isPath(type: DescMessage, [first, ...others]: readonly string[]): boolean {
  const field = type.fields.find(({ jsonName }) => jsonName === first);
  if (!field || others.length === 0) return field !== undefined;
  return field.fieldKind === 'message' && isPath(field.message, others);
}

function httpTargetOf(message: MessageShape<typeof HttpTargetMessage>): HttpTarget {
  const { uriOverride, authorizationHeader } = message;
  if (uriOverride?.host === '') throw invalid('httpTarget.uriOverride.host must not be empty', '""');
  const { port } = uriOverride ?? {};
  if (port !== undefined && (port < 0n || port > 65_535n))
    throw invalid('httpTarget.uriOverride.port must be 0 to 65535', port);
  const { value } = authorizationHeader;
  if (value && (value.serviceAccountEmail === '' || ('scope' in value ? value.scope : value.audience) === ''))
    throw invalid(`httpTarget.${authorizationHeader.case} must have both of its fields`, 'one');
  return toJson(HttpTargetMessage, message) as HttpTarget;
}

function invalid(rule: string, got: unknown): StatusError {
  return new StatusError('INVALID_ARGUMENT', `${rule}, got ${got}`);
}
