import { create, fromJson, toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { maskedSettings, queueMessage, settingsOf } from '../../src/cloud-tasks/queue-message.ts';
import { QueueMessage } from '../../src/cloud-tasks/schema/queue.ts';
import type { CloudQueue } from '../../src/domain/cloud-task.ts';

const settings = (json: object) => settingsOf(fromJson(QueueMessage, json as never));

describe('the settings of a queue', () => {
  it('are all defaults for an empty message', () => {
    expect(new Set(Object.values(settingsOf(create(QueueMessage))))).toEqual(new Set([null]));
  });

  it('count retries where the API counts attempts', () => {
    expect(settings({ retryConfig: { maxAttempts: 1 } }).taskRetryLimit).toBe(0);
    expect(settings({ retryConfig: { maxAttempts: -1 } }).taskRetryLimit).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [{ rateLimits: { maxDispatchesPerSecond: 501 } }, 'rateLimits.maxDispatchesPerSecond must be 0 to 500, got 501'],
    [{ rateLimits: { maxDispatchesPerSecond: 'NaN' } }, 'rateLimits.maxDispatchesPerSecond must be 0 to 500, got NaN'],
    [{ rateLimits: { maxConcurrentDispatches: 5001 } }, 'rateLimits.maxConcurrentDispatches must be 0 to 5000'],
    [{ retryConfig: { maxAttempts: -2 } }, 'retryConfig.maxAttempts must be -1 or more, got -2'],
    [{ retryConfig: { minBackoff: '2s', maxBackoff: '1s' } }, 'retryConfig.minBackoff must be at most maxBackoff'],
    [{ retryConfig: { maxRetryDuration: '-1s' } }, 'retryConfig.maxRetryDuration must be 0s or more, got -1s'],
    [{ httpTarget: { uriOverride: { host: '' } } }, 'httpTarget.uriOverride.host must not be empty'],
    [{ httpTarget: { uriOverride: { port: '-1' } } }, 'httpTarget.uriOverride.port must be 0 to 65535'],
    [{ stackdriverLoggingConfig: { samplingRatio: 1.5 } }, 'samplingRatio must be 0 to 1, got 1.5'],
    [{ appEngineRoutingOverride: { instance: '0' } }, 'appEngineRouting.version must be given with an instance'],
  ])('%j is refused', (json, message) => {
    expect(() => settings(json)).toThrow(message);
  });
});

describe('a mask', () => {
  it.each([
    [['rate_limits.max_dispatches_per_second'], ['ratePerSecond']],
    [['rateLimits.maxDispatchesPerSecond'], ['ratePerSecond']],
    [['rate_limits'], ['ratePerSecond', 'maxConcurrentRequests']],
    [['retryConfig.maxAttempts', 'retry_config.max_attempts'], ['taskRetryLimit']],
    [['app_engine_routing_override.service'], ['target']],
    [['state', 'purge_time', 'rate_limits.max_burst_size', 'name'], []],
    [['http_target.uri_override.host'], ['httpTarget.uriOverride.host']],
    [['httpTarget'], ['httpTarget']],
  ])('%j names %j', (paths, fields) => {
    expect(maskedSettings(paths)).toEqual(fields);
  });

  it('names everything if it is empty, or a star', () => {
    expect(maskedSettings([])).toHaveLength(10);
    expect(maskedSettings(['*'])).toEqual(maskedSettings([]));
  });

  it.each(['foo', 'rate_limits.foo', '__proto__', 'retry_config.max_attempts.x', 'http_target.foo', ''])(
    'refuses %j',
    (path) => {
      expect(() => maskedSettings([path])).toThrow('updateMask must name fields of a queue');
    },
  );
});

describe('a queue', () => {
  const queue: CloudQueue = {
    ...{ name: 'q', mode: 'push', parent: null, ratePerSecond: 0.5, bucketSize: 5, maxConcurrentRequests: 10 },
    ...{ retry: { taskRetryLimit: 6 }, target: 'v1.worker', state: 'paused', purgeTime: 1_700_000_000_123_456n },
    ...{ httpTarget: { uriOverride: { host: 'example.com', port: '8443' } }, loggingRatio: null },
  };

  it('is shown in the JSON of the API', () => {
    expect(toJson(QueueMessage, queueMessage(queue, { project: 'p', location: 'l' }))).toEqual({
      name: 'projects/p/locations/l/queues/q',
      appEngineRoutingOverride: { service: 'worker', version: 'v1' },
      rateLimits: { maxDispatchesPerSecond: 0.5, maxBurstSize: 5, maxConcurrentDispatches: 10 },
      retryConfig: { maxAttempts: 7, minBackoff: '0.100s', maxBackoff: '3600s', maxDoublings: 16 },
      state: 'PAUSED',
      purgeTime: '2023-11-14T22:13:20.123456Z',
      httpTarget: { uriOverride: { host: 'example.com', port: '8443' } },
    });
  });

  it('belongs to its own parent, if it has one', () => {
    const parent = { project: 'own', location: 'l' };
    const shown = queueMessage({ ...queue, parent }, { project: 'p', location: 'l' });
    expect(shown.name).toBe('projects/own/locations/l/queues/q');
  });
});
