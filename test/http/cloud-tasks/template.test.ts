import { describe, expect, it } from 'vitest';
import { pathTemplate } from '../../../src/http/cloud-tasks/template.ts';

const QUEUE = '/v2/{name=projects/*/locations/*/queues/*}';

describe('a path template', () => {
  it.each([
    [QUEUE, '/v2/projects/p/locations/l/queues/q', { name: 'projects/p/locations/l/queues/q' }],
    [`${QUEUE}:pause`, '/v2/projects/p/locations/l/queues/q:pause', { name: 'projects/p/locations/l/queues/q' }],
    ['/v1/{name=projects/*}/locations', '/v1/projects/example.com%3Ap/locations', { name: 'projects/example.com:p' }],
    ['/v1/{name=projects/*}/locations', '/v1/projects/example.com:p/locations', { name: 'projects/example.com:p' }],
    [
      '/v2/{queue.name=projects/*/locations/*/queues/*}',
      '/v2/projects/p/locations/l/queues/q',
      { 'queue.name': 'projects/p/locations/l/queues/q' },
    ],
    [
      '/v2/{queue=projects/*/locations/*/queues/*}/tasks/{task_id=*}:buffer',
      '/v2/projects/p/locations/l/queues/q/tasks/t:buffer',
      { queue: 'projects/p/locations/l/queues/q', task_id: 't' },
    ],
    [
      '/v2/{queue=projects/*/locations/*/queues/*}/tasks/:buffer',
      '/v2/projects/p/locations/l/queues/q/tasks/:buffer',
      { queue: 'projects/p/locations/l/queues/q' },
    ],
  ])('%s reads %s', (template, path, fields) => {
    expect(pathTemplate(template).read(path)).toEqual(fields);
  });

  it.each([
    [QUEUE, '/v2/projects/p/locations/l/queues/q:pause'],
    [QUEUE, '/v2/projects/p/locations/l/queues/q/tasks'],
    [QUEUE, '/v2/projects/p/locations/l/queues/%zz'],
    [`${QUEUE}:pause`, '/v2/projects/p/locations/l/queues/q:resume'],
    [`${QUEUE}:pause`, '/v2/projects/p/locations/l/queues/:pause'],
    ['/v1/{name=projects/*}/locations', '/v1/projects//locations'],
  ])('%s does not match %s', (template, path) => {
    expect(pathTemplate(template).read(path)).toBeUndefined();
  });
});
