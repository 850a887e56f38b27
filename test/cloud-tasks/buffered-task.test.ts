import { expect, test } from 'vitest';
import { bufferedTask } from '../../src/cloud-tasks/buffered-task.ts';
import type { UriOverride } from '../../src/domain/http-task.ts';

const queue = { project: 'p', location: 'l', queue: 'q' };
const urlFor = (uriOverride: UriOverride) => bufferedTask('', undefined, queue, { uriOverride }).http?.url;

test.each<[UriOverride, string]>([
  [{ host: 'example.com' }, 'https://example.com/'],
  [{ host: 'example.com', scheme: 'HTTP', port: '8080' }, 'http://example.com:8080/'],
  [{ host: 'example.com', port: '0' }, 'https://example.com/'],
  [
    { host: 'example.com', pathOverride: { path: 'work' }, queryOverride: { queryParams: 'a=b' } },
    'https://example.com/work?a=b',
  ],
])('a queue with %j buffers tasks for %s', (override, url) => {
  expect(urlFor(override)).toBe(url);
});

test.each<UriOverride>([
  {},
  { port: '1' },
  { host: 'two words' },
  { host: 'x', port: '99999' },
  { host: 'user:secret@x' },
])('a queue with %j does not say where tasks go', (override) => {
  expect(() => urlFor(override)).toThrow(expect.objectContaining({ code: 'FAILED_PRECONDITION' }));
});
