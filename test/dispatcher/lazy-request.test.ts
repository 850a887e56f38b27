import { expect, test, vi } from 'vitest';
import { lazyRequest } from '../../src/dispatcher/delivery/lazy-request.ts';

const URL = 'http://localhost/send?a=1';

function setup() {
  const { signal } = new AbortController();
  const make = vi.fn(() => new Request(URL, { method: 'POST', headers: { 'x-a': '1' }, body: '{"b":2}', signal }));
  return { make, request: lazyRequest({ url: URL, method: 'POST', signal }, make) };
}

test('it is a Request, and URL and method are known without creating it', () => {
  const { request, make } = setup();
  expect(request).toBeInstanceOf(Request);
  expect([request.url, request.method]).toEqual([URL, 'POST']);
  expect(make).not.toHaveBeenCalled();
});

test("it is created once, and has every member of the platform's", async () => {
  const { request, make } = setup();
  expect(request.headers.get('x-a')).toBe('1');
  expect(request.signal.aborted).toBe(false);
  expect(request.bodyUsed).toBe(false);
  expect(await request.clone().text()).toBe('{"b":2}');
  expect(await request.json()).toEqual({ b: 2 });
  expect(request.bodyUsed).toBe(true);
  expect(make).toHaveBeenCalledOnce();
  for (const name of Object.getOwnPropertyNames(Request.prototype))
    expect(() => Reflect.get(request, name)).not.toThrow();
});

test('another Request can be created from its clone, or with it as the settings', async () => {
  const { request } = setup();
  expect(await new Request(request.clone()).text()).toBe('{"b":2}');
  const other = new Request('http://elsewhere/', request);
  expect([other.method, other.headers.get('x-a'), await other.text()]).toEqual(['POST', '1', '{"b":2}']);
});
