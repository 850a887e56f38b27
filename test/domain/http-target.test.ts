import { expect, test } from 'vitest';
import { overrideUrl } from '../../src/domain/http-target.ts';
import type { UriOverride } from '../../src/domain/http-task.ts';
import { NO_URL, normalizeUrl } from '../../src/domain/http-task-url.ts';

/** The overridden URL. */
function to(given: string, uriOverride: UriOverride): string {
  const { origin, path } = overrideUrl(normalizeUrl(given, true), { uriOverride });
  return `${origin ?? ''}${path}`;
}

const IF_NOT_EXISTS = { uriOverrideEnforceMode: 'IF_NOT_EXISTS' } as const;
const OWN = 'http://www.example.com:8080/foo?a=1';

test.each<[string, UriOverride, string]>([
  [OWN, {}, OWN],
  [OWN, { scheme: 'HTTPS' }, 'https://www.example.com:8080/foo?a=1'],
  [OWN, { host: 'example.net' }, 'http://example.net:8080/foo?a=1'],
  [OWN, { host: 'Example.NET' }, 'http://example.net:8080/foo?a=1'],
  [OWN, { port: '123' }, 'http://www.example.com:123/foo?a=1'],
  [OWN, { port: '0' }, 'http://www.example.com/foo?a=1'],
  [OWN, { scheme: 'HTTPS', port: '443' }, 'https://www.example.com/foo?a=1'],
  [OWN, { pathOverride: { path: '/bar/baz' } }, 'http://www.example.com:8080/bar/baz?a=1'],
  [OWN, { pathOverride: { path: 'bar' } }, 'http://www.example.com:8080/bar?a=1'],
  [OWN, { pathOverride: { path: '' } }, 'http://www.example.com:8080/?a=1'],
  [OWN, { pathOverride: {} }, 'http://www.example.com:8080/?a=1'],
  [OWN, { pathOverride: { path: '/a?b#c d' } }, 'http://www.example.com:8080/a%3Fb%23c%20d?a=1'],
  [OWN, { queryOverride: { queryParams: 'b=2&c=%20' } }, 'http://www.example.com:8080/foo?b=2&c=%20'],
  [OWN, { queryOverride: {} }, 'http://www.example.com:8080/foo'],
  [
    OWN,
    { scheme: 'HTTPS', host: 'h', port: '1', pathOverride: { path: '/p' }, queryOverride: { queryParams: 'q' } },
    'https://h:1/p?q',
  ],
  ['https://[2001:db8::1]/x', { port: '8443' }, 'https://[2001:db8::1]:8443/x'],
  ['', { host: 'example.net' }, 'https://example.net/'],
  [
    '',
    { scheme: 'HTTP', host: 'example.net', port: '8080', pathOverride: { path: '/x' } },
    'http://example.net:8080/x',
  ],
  ['', { pathOverride: { path: '/x' }, port: '8080', scheme: 'HTTP' }, '/x'],
])('always: %s with %j', (given, override, expected) => {
  expect(to(given, override)).toBe(expected);
  expect(to(given, { ...override, uriOverrideEnforceMode: 'ALWAYS' })).toBe(expected);
});

test.each<[string, UriOverride, string]>([
  [
    OWN,
    { scheme: 'HTTPS', host: 'h', port: '1', pathOverride: { path: '/p' }, queryOverride: { queryParams: 'q' } },
    OWN,
  ],
  ['https://a', { host: 'h', port: '1', pathOverride: { path: '/p' } }, 'https://a/p'],
  ['', { scheme: 'HTTP', host: 'h', port: '1', pathOverride: { path: '/p' } }, 'http://h:1/p'],
  ['https://a/?x=1', { pathOverride: { path: '/p' }, queryOverride: { queryParams: 'q' } }, 'https://a/p?x=1'],
  ['https://a/x', { queryOverride: { queryParams: 'q' } }, 'https://a/x?q'],
  ['', { scheme: 'HTTP', host: 'h', pathOverride: { path: '/p' } }, 'http://h/p'],
])('if not exists: %s with %j', (given, override, expected) => {
  expect(to(given, { ...override, ...IF_NOT_EXISTS })).toBe(expected);
});

test.each(['exa mple.com', 'me@example.net', 'example.net/x', 'example.net?x', 'example.net#x', 'a\\b'])(
  'the host %j stays as it was given, and so no request goes there',
  (host) => {
    expect(overrideUrl(normalizeUrl(OWN), { uriOverride: { host } }).origin).toBe(`http://${host}:8080`);
  },
);

test('a queue without an override changes nothing', () => {
  expect(overrideUrl(NO_URL, null)).toBe(NO_URL);
  expect(overrideUrl(NO_URL, { httpMethod: 'PUT' })).toBe(NO_URL);
});
