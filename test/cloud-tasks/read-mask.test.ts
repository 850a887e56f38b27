import { create, toJson } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { maskedMessage, namesStatistics } from '../../src/cloud-tasks/read-mask.ts';
import { QueueV2Beta3 } from '../../src/cloud-tasks/schema/v2beta3.ts';

const mask = (...paths: string[]) => ({ $typeName: 'google.protobuf.FieldMask' as const, paths });
const queue = create(QueueV2Beta3, {
  name: 'q',
  queueType: { case: 'appEngineHttpQueue', value: { appEngineRoutingOverride: { service: 's', version: 'v' } } },
  rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 7 },
  state: 1,
  stats: { tasksCount: 3n, executedLastMinuteCount: 2n },
});
const masked = (...paths: string[]) =>
  toJson(QueueV2Beta3, maskedMessage(QueueV2Beta3, queue, mask(...paths)) as never);

test.each<[string[], object]>([
  [['name', 'state'], { name: 'q', state: 'RUNNING' }],
  [['stats'], { stats: { tasksCount: '3', executedLastMinuteCount: '2' } }],
  [['stats.tasks_count', 'rateLimits.maxBurstSize'], { stats: { tasksCount: '3' }, rateLimits: { maxBurstSize: 7 } }],
  [['rate_limits.max_burst_size', 'rate_limits'], { rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 7 } }],
  [
    ['app_engine_http_queue.app_engine_routing_override.service'],
    { appEngineHttpQueue: { appEngineRoutingOverride: { service: 's' } } },
  ],
  [['http_target.uri_override.host', 'retryConfig', 'retryConfig.maxAttempts'], {}],
])('%j', (paths, json) => {
  expect(masked(...paths)).toEqual(json);
});

test('no mask, an empty one and a star leave everything', () => {
  for (const given of [undefined, mask(), mask('*')]) expect(maskedMessage(QueueV2Beta3, queue, given)).toBe(queue);
});

test.each(['colour', 'name.x', 'stats.colour', '', '__proto__'])('%j is no field', (path) => {
  expect(() => masked(path)).toThrow('readMask must name fields of a queue');
});

test.each([
  [['stats'], true],
  [['name', 'stats.tasks_count'], true],
  [['*'], false],
  [['name'], false],
])('whether %j names statistics: %s', (paths, expected) => {
  expect(namesStatistics(mask(...paths))).toBe(expected);
});
