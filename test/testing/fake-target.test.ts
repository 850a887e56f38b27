import { afterEach, expect, test } from 'vitest';
import { type FakeTarget, fakeTarget } from '../../src/testing/fake-target.ts';

let target: FakeTarget;
afterEach(() => target.close());

test('responds as scripted, then with 200, and records requests', async () => {
  target = await fakeTarget([503, { status: 201, headers: { 'x-a': 'b' }, body: 'made' }]);
  const send = () => fetch(`${target.url}/path?q=1`, { method: 'POST', body: 'hello' });
  expect((await send()).status).toBe(503);
  const second = await send();
  expect([second.status, second.headers.get('x-a'), await second.text()]).toEqual([201, 'b', 'made']);
  expect((await send()).status).toBe(200);
  expect(target.requests[0]).toMatchObject({ method: 'POST', url: '/path?q=1', body: Buffer.from('hello') });
});

test('responds with the result of a function, which counts from 1', async () => {
  target = await fakeTarget((request, count) => ({ body: `${request.url} ${count}` }));
  const text = async (url: string) => (await fetch(target.url + url)).text();
  expect([await text('/a'), await text('/b')]).toEqual(['/a 1', '/b 2']);
});
