// The reset and the clock of an emulator: who may, and what is asked for. What they do is tested with `dev`.

import { expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { EmulatorControls } from '../../src/http/emulator.ts';

const TOKEN = 'the-token-of-the-server';

function setup({ served = true } = {}) {
  const acts: string[] = [];
  const controls: EmulatorControls = {
    reset: async () => void acts.push('reset'),
    advance: async (seconds) => {
      acts.push(`advance ${seconds}`);
      return new Date(seconds * 1000);
    },
  };
  const executor = { query: () => Promise.reject(new Error('these routes use no database')) } as never;
  const app = createApp({
    ...{ token: TOKEN, readiness: async () => undefined, executor, waits: undefined, version: '1' },
    emulator: served ? controls : undefined,
  });
  const ask = async (method: string, path: string, body?: unknown, peer: string | undefined = '127.0.0.1') => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : JSON_TYPE) };
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await app.request(path, { method, headers, ...sent }, { peer });
    return { status: response.status, json: (await response.json()) as { now?: string; detail?: string } };
  };
  return { acts, ask, app };
}

const JSON_TYPE = { 'content-type': 'application/json' };

test('a program on this machine resets, moves the clock and reads it', async () => {
  const { acts, ask } = setup();
  expect(await ask('POST', '/reset')).toEqual({ status: 200, json: {} });
  expect(await ask('POST', '/clock', { advanceSeconds: 3600.5 })).toEqual({
    status: 200,
    json: { now: '1970-01-01T01:00:00.500Z' },
  });
  expect(await ask('GET', '/clock')).toEqual({ status: 200, json: { now: '1970-01-01T00:00:00.000Z' } });
  expect(acts).toEqual(['reset', 'advance 3600.5', 'advance 0']);
});

test.each(['192.0.2.1', '::ffff:10.0.0.1', ''])('one at %j does neither, even with the token', async (peer) => {
  const { acts, ask } = setup();
  for (const [method, path] of [
    ['POST', '/reset'],
    ['POST', '/clock'],
    ['GET', '/clock'],
  ] as const)
    expect((await ask(method, path, undefined, peer)).status).toBe(421);
  expect(acts).toEqual([]);
});

test.each([
  undefined,
  '',
  '{',
  '[]',
  '7',
  {},
  { advanceSeconds: '1' },
  { advanceSeconds: -1 },
  { advanceSeconds: 1e9 },
])('the clock is not moved by %j', async (body) => {
  const { acts, ask } = setup();
  const { status, json } = await ask('POST', '/clock', body);
  expect([status, acts]).toEqual([400, []]);
  expect(json.detail).toMatch(/^advanceSeconds must be a number from 0 to 315360000, got /);
});

test('without the token, and on any other server, there is nothing', async () => {
  const { app, acts } = setup();
  expect((await app.request('/reset', { method: 'POST' }, { peer: '127.0.0.1' })).status).toBe(401);
  const other = setup({ served: false });
  for (const path of ['/reset', '/clock']) expect((await other.ask('POST', path)).status).toBe(404);
  expect(acts).toEqual([]);
});
