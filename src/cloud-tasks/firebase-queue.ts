// A task queue function as firebase-tools registers it, as a queue of Cloud Tasks. The function's URL becomes the part
// of the queue's httpTarget that tasks without a URL get. What the body has beyond that has no effect there, either.

import { fromJson, type JsonObject, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { normalizeUrl } from '../domain/http-task-url.ts';
import { QueueV2 } from './schema/v2.ts';
import { StatusError } from './status.ts';

const LIMITS = { maxConcurrentDispatches: 1000, maxDispatchesPerSecond: 500 };
const RETRIES = { maxAttempts: 3, maxDoublings: 16 };
const SECONDS = { maxRetrySeconds: 0, minBackoffSeconds: 0.1, maxBackoffSeconds: 3600 };

/** The settings of firebase-tools' body, with its defaults for those that are missing or null. */
export interface RegisteredFunction {
  retryConfig: Record<string, JsonValue>;
  rateLimits: Record<string, JsonValue>;
  defaultUri: string;
}

/** @throws StatusError INVALID_ARGUMENT */
export function registeredFunction({ retryConfig, rateLimits, defaultUri }: JsonObject): RegisteredFunction {
  if (typeof (defaultUri ?? '') !== 'string') throw invalid('defaultUri must be a URL');
  return {
    retryConfig: withDefaults('retryConfig', retryConfig, { ...RETRIES, ...SECONDS }),
    rateLimits: withDefaults('rateLimits', rateLimits, LIMITS),
    defaultUri: (defaultUri as string | null) ?? '',
  };
}

/** @throws StatusError INVALID_ARGUMENT */
export function queueOfFunction(name: string, registered: RegisteredFunction): MessageShape<typeof QueueV2> {
  const { maxRetrySeconds, minBackoffSeconds, maxBackoffSeconds, ...attempts } = registered.retryConfig;
  const retryConfig = {
    ...attempts,
    maxRetryDuration: `${maxRetrySeconds}s`,
    minBackoff: `${minBackoffSeconds}s`,
    maxBackoff: `${maxBackoffSeconds}s`,
  };
  const { rateLimits, defaultUri } = registered;
  const target = defaultUri === '' ? {} : { httpTarget: { uriOverride: overrideOf(defaultUri) } };
  try {
    return fromJson(QueueV2, { name, rateLimits, retryConfig, ...target });
  } catch (error) {
    throw invalid((error as Error).message.slice(0, 300));
  }
}

function withDefaults(what: string, given: JsonValue | undefined, defaults: Record<string, number>) {
  if (typeof (given ?? {}) !== 'object' || Array.isArray(given)) throw invalid(`${what} must be an object`);
  const settings = (given ?? {}) as JsonObject;
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, settings[name] ?? value]));
}

function overrideOf(defaultUri: string): JsonObject {
  const { protocol, hostname, port, pathname, search } = parsed(defaultUri);
  return {
    scheme: protocol === 'http:' ? 'HTTP' : 'HTTPS',
    host: hostname,
    ...(port === '' ? {} : { port }),
    pathOverride: { path: pathname },
    ...(search === '' ? {} : { queryOverride: { queryParams: search.slice(1) } }),
    uriOverrideEnforceMode: 'IF_NOT_EXISTS',
  };
}

function parsed(defaultUri: string): URL {
  try {
    const { origin, path } = normalizeUrl(defaultUri);
    return new URL(path, origin ?? undefined);
  } catch (error) {
    throw invalid(`defaultUri: ${(error as Error).message}`);
  }
}

const invalid = (message: string) => new StatusError('INVALID_ARGUMENT', message);
