import { expect, test } from 'vitest';
import { NO_URL, normalizeUrl } from '../../src/domain/http-task-url.ts';

test.each([
  ['https://Example.com/', 'https://example.com', '/'],
  ['HTTPS://example.com', 'https://example.com', '/'],
  ['https://example.com:443/x', 'https://example.com', '/x'],
  ['http://example.com:80', 'http://example.com', '/'],
  ['http://example.com:8080/x?y=1', 'http://example.com:8080', '/x?y=1'],
  ['https://example.com/a/../b/./c', 'https://example.com', '/b/c'],
  ['https://example.com/a#part', 'https://example.com', '/a'],
  ['https://example.com?x=1#part', 'https://example.com', '/?x=1'],
  ['https://example.com/a?', 'https://example.com', '/a'],
  ['https://example.com/ü x', 'https://example.com', '/%C3%BC%20x'],
  ['https://bücher.example', 'https://xn--bcher-kva.example', '/'],
  ['https://example.com/%zz', 'https://example.com', '/%zz'],
  ['http://127.1/x', 'http://127.0.0.1', '/x'],
  ['http://[::0001]:8080/x', 'http://[::1]:8080', '/x'],
  ['https:\\\\example.com', undefined, undefined],
])('%s', (given, origin, path) => {
  if (origin === undefined) expect(() => normalizeUrl(given)).toThrow(RangeError);
  else expect(normalizeUrl(given)).toEqual({ origin, path });
});

test.each([
  ['', 'url must begin with http:// or https:// and a host, got none'],
  ['example.com/x', 'url must begin with http:// or https:// and a host, got "example.com/x"'],
  ['/x', 'url must begin with http:// or https:// and a host, got "/x"'],
  ['//example.com/x', 'url must begin with http:// or https:// and a host, got "//example.com/x"'],
  ['ftp://example.com/x', 'url must begin with http:// or https:// and a host, got "ftp://example.com/x"'],
  [' https://example.com/x', 'url must begin with http:// or https:// and a host, got " https://example.com/x"'],
  ['https://', 'url must begin with http:// or https:// and a host, got "https://"'],
  ['https://exa mple.com', 'url must begin with http:// or https:// and a host, got "https://exa mple.com"'],
  ['https://example.com:99999', 'url must begin with http:// or https:// and a host, got "https://example.com:99999"'],
  ['https://me@example.com/', 'url must not name a user or a password'],
  ['https://:secret@example.com/', 'url must not name a user or a password'],
  [`https://example.com/${'a'.repeat(2064)}`, 'url must have at most 2083 characters, got 2084'],
  [`https://example.com/${'ü'.repeat(400)}`, 'url must have at most 2083 characters, got 2420'],
])('refused: %s', (given, message) => {
  expect(() => normalizeUrl(given)).toThrow(new RangeError(message));
});

test('the longest URL is accepted, and none where that is allowed', () => {
  const path = `/${'a'.repeat(2063)}`;
  expect(normalizeUrl(`https://example.com${path}`)).toEqual({ origin: 'https://example.com', path });
  expect(normalizeUrl('', true)).toEqual(NO_URL);
});
