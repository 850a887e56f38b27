import { describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';

const TOKEN = 'a-long-random-text';

function setup({ token, problem }: { token?: string; problem?: string } = {}) {
  return createApp({ token, readiness: async () => problem, version: '1.2.3' });
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('with a token', () => {
  const app = setup({ token: TOKEN });

  test('every route demands it', async () => {
    expect(app.routes.length).toBeGreaterThan(3);
    for (const { method, path } of app.routes) {
      const request = { method: method === 'ALL' ? 'DELETE' : method };
      const response = await app.request(`http://localhost${path.replaceAll('*', 'anything')}`, request);
      expect([method, path, response.status]).toEqual([method, path, 401]);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  test.each(['/%68ealthz', '//healthz', '/healthz/', '/./readyz', '/HEALTHZ', '/nowhere'])(
    'no spelling of a path goes around it: %s',
    async (path) => {
      expect((await app.request(`http://localhost${path}`)).status).toBe(401);
    },
  );

  test.each([
    ['another token', 'Bearer wrong'],
    ['a prefix of it', `Bearer ${TOKEN.slice(0, -1)}`],
    ['another scheme', `Basic ${TOKEN}`],
    ['nothing after the scheme', 'Bearer '],
    ['the token alone', TOKEN],
  ])('%s is refused', async (_, authorization) => {
    const response = await app.request('/healthz', { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(TOKEN);
  });

  test('with it, the routes answer under any name', async () => {
    expect((await app.request('http://tasks.example/healthz', bearer(TOKEN))).status).toBe(200);
    expect((await app.request('http://tasks.example/nowhere', bearer(TOKEN))).status).toBe(404);
  });
});

describe('without a token', () => {
  const app = setup();

  test.each(['localhost', 'localhost:8123', '127.0.0.1:8123', '127.9.9.9', '[::1]:8123', 'LOCALHOST'])(
    'the name %s is this machine',
    async (host) => {
      expect((await app.request('/healthz', { headers: { host } })).status).toBe(200);
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
  ])('the name %j is refused on every route', async (host) => {
    for (const path of ['/', '/healthz', '/readyz', '/nowhere']) {
      expect((await app.request(path, { headers: { host } })).status).toBe(421);
    }
  });
});

describe('the pages', () => {
  test('/healthz says that the process answers', async () => {
    const response = await setup({ problem: 'no database' }).request('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('/readyz is 200 when nothing is wrong', async () => {
    expect((await setup().request('/readyz')).status).toBe(200);
  });

  test('/readyz is a problem document with status 503 when something is', async () => {
    const response = await setup({ problem: 'the database does not answer' }).request('/readyz');
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 503, detail: 'the database does not answer' });
  });

  test('/ says what is here, to programs and to people', async () => {
    const app = setup();
    expect(await (await app.request('/')).json()).toMatchObject({ name: 'pgtaskqueue', version: '1.2.3' });
    const page = await app.request('/', { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('pgtaskqueue 1.2.3');
  });

  test('an error inside tells nothing of itself', async () => {
    const app = createApp({
      token: undefined,
      readiness: () => Promise.reject(new Error('password=secret')),
      version: '1',
    });
    const response = await app.request('/readyz');
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(body).not.toMatch(/secret|at .*\.ts/);
  });
});
