import { describe, expect, test } from 'vitest';
import { Waits } from '../../src/client/waits.ts';
import { createApp } from '../../src/http/app.ts';
import type { HttpEnv } from '../../src/http/route.ts';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { useDatabase } from '../support/db.ts';

const TOKEN = 'a-long-random-text';
const HERE: HttpEnv['Bindings'] = { peer: '127.0.0.1' };
const BOUND = { bind: '127.0.0.1' };
const database = useDatabase();

function setup({ token, problem }: { token?: string; problem?: string } = {}) {
  const waits = new Waits(connectionConfig(database.url, 'test'));
  return createApp({
    ...BOUND,
    token,
    readiness: async () => problem,
    executor: database.pool,
    waits,
    version: '1.2.3',
  });
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('with a token', () => {
  test.each(['//healthz', '/healthz/', '/HEALTHZ', '/readyz/x', '/nowhere'])(
    'no spelling of a path goes around it: %s',
    async (path) => {
      expect((await setup({ token: TOKEN }).request(`http://localhost${path}`)).status).toBe(401);
    },
  );

  test.each([
    ['another token', 'Bearer wrong'],
    ['a prefix of it', `Bearer ${TOKEN.slice(0, -1)}`],
    ['another scheme', `Basic ${TOKEN}`],
    ['nothing after the scheme', 'Bearer '],
    ['the token alone', TOKEN],
  ])('%s is rejected', async (_, authorization) => {
    const response = await setup({ token: TOKEN }).request('/healthz', { headers: { authorization } }, HERE);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.text()).not.toContain(TOKEN);
  });

  test('with it, the routes answer under any name', async () => {
    const app = setup({ token: TOKEN });
    expect((await app.request('http://tasks.example/', bearer(TOKEN))).status).toBe(200);
    expect((await app.request('http://tasks.example/nowhere', bearer(TOKEN))).status).toBe(404);
  });
});

describe('without a token', () => {
  const ask = (host: string, peer: string | undefined, path = '/') =>
    setup().request(path, { headers: { host } }, { peer });

  test.each(['localhost', 'localhost:8123', '127.0.0.1:8123', '127.9.9.9', '[::1]:8123', 'LOCALHOST'])(
    'the name %s is this machine',
    async (host) => {
      expect((await ask(host, '127.0.0.1')).status).toBe(200);
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('the address %s is this machine', async (peer) => {
    expect((await ask('localhost', peer)).status).toBe(200);
  });

  test.each(['10.0.0.1', '::ffff:10.0.0.1', '::2', '127.0.0.1.evil.example', '1127.0.0.1', '', undefined])(
    'the address %j is not, whatever the Host header says, and neither is its owner',
    async (peer) => {
      for (const path of ['/', '/nowhere']) expect((await ask('localhost', peer, path)).status).toBe(401);
      const headers = { host: 'localhost', authorization: 'Bearer owner' };
      expect((await setup().request('/', { headers }, { peer })).status).toBe(401);
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    'localhost:8123@evil',
    '[::2]',
    '',
  ])('the name %j is rejected', async (host) => {
    for (const path of ['/', '/nowhere']) expect((await ask(host, '127.0.0.1', path)).status).toBe(421);
  });
});

describe('the pages', () => {
  test('/healthz says that the process responds', async () => {
    const response = await setup({ problem: 'no database' }).request('/healthz', undefined, HERE);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz is 200 if the server can work', async () => {
    expect((await setup().request('/readyz', undefined, HERE)).status).toBe(200);
  });

  test('/readyz is a problem document with status 503 otherwise; anonymous callers get only the status', async () => {
    const app = setup({ problem: 'the database does not answer' });
    const response = await app.request('/readyz', undefined, HERE);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 503, detail: 'the database does not answer' });
    const strange = await app.request('/readyz', undefined, { peer: '10.0.0.1' });
    expect([strange.status, await strange.text()]).toEqual([503, '']);
  });

  test('/ gives an overview to programs and people', async () => {
    const app = setup();
    expect(await (await app.request('/', undefined, HERE)).json()).toMatchObject({
      name: 'pgtaskqueue',
      version: '1.2.3',
    });
    const page = await app.request('/', { headers: { accept: 'text/html' } }, HERE);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('pgtaskqueue 1.2.3');
  });

  test('each response has its request’s id: the one that was sent, if it is valid', async () => {
    const app = setup();
    const idOf = async (id: string) =>
      (await app.request('/', { headers: { 'x-request-id': id } }, HERE)).headers.get('x-request-id');
    expect(await idOf('abc-123_4')).toBe('abc-123_4');
    expect(await idOf('a b')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf('a'.repeat(101))).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('an internal error reveals nothing', async () => {
    const app = createApp({
      ...BOUND,
      readiness: () => Promise.reject(new Error('password=secret')),
      executor: database.pool,
      waits: new Waits(connectionConfig(database.url, 'test')),
      version: '1',
    });
    const response = await app.request('/readyz', undefined, HERE);
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(body).not.toMatch(/secret|at .*\.ts/);
  });

  test('probes are answered while the database is unreachable, whatever their credential', async () => {
    const away = { query: () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })) };
    const waits = new Waits(connectionConfig(database.url, 'test'));
    const app = createApp({ token: TOKEN, readiness: async () => 'away', executor: away, waits, version: '1' });
    expect((await app.request('/healthz', bearer('tq_1'))).status).toBe(200);
    expect((await app.request('/readyz', bearer('tq_1'))).status).toBe(503);
    expect((await app.request('/', bearer('tq_1'))).status).toBe(503);
  });
});
