import { fromJson, toJson } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { maskedSettings, settingsOf, shownQueue } from '../../src/cloud-tasks/queue-message.ts';
import { V2 } from '../../src/cloud-tasks/versions/v2.ts';
import { V2BETA2 } from '../../src/cloud-tasks/versions/v2beta2.ts';
import { V2BETA3 } from '../../src/cloud-tasks/versions/v2beta3.ts';
import type { ApiVersion } from '../../src/cloud-tasks/versions/version.ts';
import type { CloudQueue } from '../../src/domain/cloud-task.ts';

const settings = (json: object, version: ApiVersion = V2) =>
  settingsOf(version, version.readQueue(fromJson(version.Queue, json as never)));

describe('the settings of a queue', () => {
  it('are all defaults for an empty message', () => {
    expect(new Set(Object.values(settings({})))).toEqual(new Set([null]));
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

  it.each([
    [{ tombstoneTtl: '3599s' }, 'tombstoneTtl must be 3600s to 777600s, got 3599s'],
    [{ tombstoneTtl: '777601s' }, 'tombstoneTtl must be 3600s to 777600s, got 777601s'],
    [{ taskTtl: '864000s' }, 'taskTtl must be 2678400s, got 864000s'],
  ])('%j is refused in the versions that have it', (json, message) => {
    for (const version of [V2BETA2, V2BETA3]) expect(() => settings(json, version)).toThrow(message);
  });

  it('are refused by the names of the version', () => {
    const rateLimits = { maxTasksDispatchedPerSecond: 501 };
    const message = 'rateLimits.maxTasksDispatchedPerSecond must be 0 to 500, got 501';
    expect(() => settings({ rateLimits }, V2BETA2)).toThrow(message);
  });

  it('are found where v2beta2 and v2beta3 have them', () => {
    const routing = { appEngineRoutingOverride: { service: 'worker' } };
    const third = { appEngineHttpQueue: routing, rateLimits: { maxDispatchesPerSecond: 5 }, tombstoneTtl: '7200s' };
    const second = {
      ...{ appEngineHttpTarget: routing, rateLimits: { maxTasksDispatchedPerSecond: 5 }, tombstoneTtl: '7200s' },
      retryConfig: { unlimitedAttempts: true },
    };
    const expected = { target: 'worker', ratePerSecond: 5, tombstoneTtlSeconds: 7200 };
    expect(settings(third, V2BETA3)).toMatchObject(expected);
    expect(settings(second, V2BETA2)).toMatchObject({ ...expected, taskRetryLimit: Number.POSITIVE_INFINITY });
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
    expect(maskedSettings(V2, paths)).toEqual(fields);
  });

  it('has the names of its version', () => {
    expect(maskedSettings(V2BETA2, ['rate_limits.max_tasks_dispatched_per_second'])).toEqual(['ratePerSecond']);
    expect(maskedSettings(V2BETA2, ['retryConfig.unlimitedAttempts'])).toEqual(['taskRetryLimit']);
    expect(maskedSettings(V2BETA2, ['appEngineHttpTarget'])).toEqual(['target']);
    expect(maskedSettings(V2BETA2, ['taskTtl', 'stats', 'pullTarget'])).toEqual([]);
    expect(maskedSettings(V2BETA3, ['tombstone_ttl', 'type'])).toEqual(['tombstoneTtlSeconds']);
    expect(() => maskedSettings(V2, ['tombstoneTtl'])).toThrow('updateMask must name fields of a queue');
  });

  it('names everything if it is empty, or a star', () => {
    expect(maskedSettings(V2, [])).toHaveLength(10);
    expect(maskedSettings(V2, ['*'])).toEqual(maskedSettings(V2, []));
  });

  it.each(['foo', 'rate_limits.foo', '__proto__', 'retry_config.max_attempts.x', 'http_target.foo', ''])(
    'refuses %j',
    (path) => {
      expect(() => maskedSettings(V2, [path])).toThrow('updateMask must name fields of a queue');
    },
  );
});

describe('a queue', () => {
  const queue: CloudQueue = {
    ...{ name: 'q', mode: 'push', parent: null, ratePerSecond: 0.5, bucketSize: 5, maxConcurrentRequests: 10 },
    ...{ retry: { taskRetryLimit: 6 }, target: 'v1.worker', state: 'paused', purgeTime: 1_700_000_000_123_456n },
    ...{ httpTarget: { uriOverride: { host: 'example.com', port: '8443' } }, loggingRatio: null },
    tombstoneTtlSeconds: 3600,
  };

  it('is shown in the JSON of the API', () => {
    expect(toJson(V2.Queue, V2.writeQueue(shownQueue(V2, queue, { project: 'p', location: 'l' })))).toEqual({
      name: 'projects/p/locations/l/queues/q',
      appEngineRoutingOverride: { service: 'worker', version: 'v1' },
      rateLimits: { maxDispatchesPerSecond: 0.5, maxBurstSize: 5, maxConcurrentDispatches: 10 },
      retryConfig: { maxAttempts: 7, minBackoff: '0.100s', maxBackoff: '3600s', maxDoublings: 16 },
      state: 'PAUSED',
      purgeTime: '2023-11-14T22:13:20.123456Z',
      httpTarget: { uriOverride: { host: 'example.com', port: '8443' } },
    });
  });

  it('is shown as v2beta2 and v2beta3 have it', () => {
    const json = (version: ApiVersion, given: CloudQueue) =>
      toJson(version.Queue, version.writeQueue(shownQueue(version, given, { project: 'p', location: 'l' })));
    expect(json(V2BETA2, { ...queue, retry: {} })).toMatchObject({
      rateLimits: { maxTasksDispatchedPerSecond: 0.5, maxBurstSize: 5, maxConcurrentTasks: 10 },
      retryConfig: { unlimitedAttempts: true, minBackoff: '0.100s' },
      httpTarget: { uriOverride: { host: 'example.com' } },
      ...{ taskTtl: '2678400s', tombstoneTtl: '3600s' },
    });
    expect(json(V2BETA2, { ...queue, httpTarget: null })).toMatchObject({
      appEngineHttpTarget: { appEngineRoutingOverride: { service: 'worker', version: 'v1' } },
    });
    const pull = { ...queue, mode: 'pull', ratePerSecond: null, httpTarget: null, target: null } as const;
    expect(json(V2BETA2, pull)).toMatchObject({ pullTarget: {}, retryConfig: { maxAttempts: 6 } });
    expect(json(V2BETA3, pull)).toMatchObject({ type: 'PULL', retryConfig: { maxAttempts: 6 } });
    expect(json(V2BETA3, queue)).toMatchObject({
      ...{ type: 'PUSH', appEngineHttpQueue: { appEngineRoutingOverride: { service: 'worker' } } },
    });
  });

  it('belongs to its own parent, if it has one', () => {
    const parent = { project: 'own', location: 'l' };
    const shown = shownQueue(V2, { ...queue, parent }, { project: 'p', location: 'l' });
    expect(shown.name).toBe('projects/own/locations/l/queues/q');
  });
});
