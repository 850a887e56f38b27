import { expect, test } from 'vitest';
import { taskRequest } from '../../src/dispatcher/delivery/request.ts';
import { aDispatch } from './a-dispatch.ts';

const urlOf = (base: string, url: string) => {
  const { origin, path } = taskRequest(aDispatch({ url }), base, 0);
  return `${origin}${path}`;
};

test("the URL is the base and the task's relative URL", () => {
  expect(urlOf('http://app:8080', '/send?a=1&b=x%20y')).toBe('http://app:8080/send?a=1&b=x%20y');
  expect(urlOf('http://app:8080/', '/')).toBe('http://app:8080/');
  expect(urlOf('https://app/tasks', '/send')).toBe('https://app/tasks/send');
  expect(urlOf('https://app/tasks/', '/send')).toBe('https://app/tasks/send');
});

test.each([
  ['http://app', '@evil/'],
  ['http://app', '.evil.com/'],
  ['http://app', ':81/'],
  ['http://app/tasks', '/../admin'],
  ['http://app/tasks', '/%2e%2e/admin'],
  ['http://app/tasks', 'x/'],
])('from %s, %s leads nowhere else', (base, url) => {
  expect(() => urlOf(base, url)).toThrow(/leaves its target|Invalid URL/);
});

test('only POST and PUT carry the body', () => {
  const body = Buffer.from('payload');
  const bodyOf = (method: string) => taskRequest(aDispatch({ method, body }), 'http://app', 0).body;
  expect([bodyOf('POST'), bodyOf('PUT')]).toEqual([body, body]);
  expect([bodyOf('GET'), bodyOf('HEAD'), bodyOf('DELETE')]).toEqual([null, null, null]);
});
