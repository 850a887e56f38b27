// Requests that are not what they seem: forms of other sites, hostile hosts, addresses to be led astray by, and
// connections that others can read.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConsoleAddress } from '../../src/console/address.ts';
import { nextPage } from '../../src/console/next-page.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server, ServerOptions } from '../../src/server/server-options.ts';
import { createToken } from '../../src/store/tokens.ts';
import { makeCertificate } from '../support/certificate.ts';
import { useDatabase } from '../support/db.ts';
import { formTokenIn, type Visit, Visitor } from './visitor.ts';

const ROOT = 'the-token-of-the-server';
const PUBLIC = 'https://tasks.example.com';
const database = useDatabase();
const servers: Server[] = [];
let server: Server;
let open: Server;
let behindProxy: Server;

async function start(options: Partial<ServerOptions> = {}): Promise<Server> {
  const given = { database: database.serverUrl, port: 0, roles: ['http'] as const, logger: silentLogger, ...options };
  const started = createServer(given);
  servers.push(started);
  await started.start();
  return started;
}

beforeAll(async () => {
  server = await start({ token: ROOT });
  open = await start();
  behindProxy = await start({ token: ROOT, publicUrl: PUBLIC });
});
afterAll(() => Promise.all(servers.map((each) => each.stop())));

const attributesOf = ({ setCookies }: Visit) => setCookies.flatMap((each) => each.split('; ').slice(1)).sort();

describe('the cookie', () => {
  test('over https: __Host-, Secure, HttpOnly, Strict, for this host', async () => {
    const tls = await start({ token: ROOT, tls: makeCertificate() });
    for (const visit of [
      await new Visitor(tls.url).signIn(ROOT),
      await new Visitor(behindProxy.url).post('/console/login', { token: ROOT }, { origin: PUBLIC }),
    ]) {
      expect(visit.status).toBe(303);
      expect(visit.setCookies.map((each) => each.split('=')[0])).toEqual(['__Host-pgtaskqueue']);
      expect(attributesOf(visit)).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure']);
    }
  });

  test('over http on this machine: another name, only for the console', async () => {
    const visit = await new Visitor(server.url).signIn(ROOT);
    expect(visit.setCookies.map((each) => each.split('=')[0])).toEqual(['pgtaskqueue']);
    expect(attributesOf(visit)).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/console', 'SameSite=Strict']);
  });

  test('of http does not count where https is used', async () => {
    const visitor = new Visitor(server.url);
    await visitor.signIn(ROOT);
    const elsewhere = new Visitor(behindProxy.url);
    elsewhere.cookies.set('pgtaskqueue', visitor.cookies.get('pgtaskqueue') ?? '');
    expect((await elsewhere.get('/console/queues')).status).toBe(401);
  });
});

describe('over http from another machine', () => {
  const HOST = { host: 'tasks.internal:8123' };

  test('signing in is refused, and the page says what to set', async () => {
    const page = await new Visitor(server.url).get('/console/queues', HOST);
    expect(page.status).toBe(401);
    expect(page.text).not.toContain('name="token"');
    for (const remedy of ['PGTASKQUEUE_TLS_CERT', 'PGTASKQUEUE_PUBLIC_URL', 'ssh -L'])
      expect(page.text).toContain(remedy);
    const visit = await new Visitor(server.url).post('/console/login', { token: ROOT }, HOST);
    expect([visit.status, visit.setCookies]).toEqual([403, []]);
  });

  test('so is a form that a browser sent over http past the proxy', async () => {
    const past = { host: 'tasks.internal', origin: 'http://tasks.internal' };
    expect((await new Visitor(behindProxy.url).post('/console/login', { token: ROOT }, past)).status).toBe(403);
  });
});

describe('a proxy that changes the host', () => {
  test('is not taken for another site', async () => {
    const visitor = new Visitor(behindProxy.url);
    const visit = await visitor.post('/console/login', { token: ROOT }, { host: 'upstream', origin: PUBLIC });
    expect(visit.status).toBe(303);
  });

  test('and another site is none that it may be', async () => {
    const sent = { host: 'upstream', origin: 'https://tasks.example.com.evil.example' };
    expect((await new Visitor(behindProxy.url).post('/console/login', { token: ROOT }, sent)).status).toBe(403);
  });
});

describe('a form of another site', () => {
  const SITES = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ];

  test.each(SITES)('does nothing, with a session and without: %j', async (headers) => {
    const visitor = new Visitor(server.url);
    await visitor.signIn(ROOT);
    const token = formTokenIn(await visitor.get('/console/queues'));
    expect((await visitor.post('/console/logout', { _token: token }, headers)).status).toBe(403);
    expect((await visitor.get('/console/queues')).status).toBe(200);
    expect((await new Visitor(server.url).post('/console/login', { token: ROOT }, headers)).setCookies).toEqual([]);
  });

  test.each([
    ['without a token', () => ({})],
    ['with a wrong one', () => ({ _token: 'x'.repeat(43) })],
    ['with that of another session', (foreign: string) => ({ _token: foreign })],
  ])('that pretends to be of this one does nothing %s', async (_, fields) => {
    const other = new Visitor(server.url);
    await other.signIn((await createToken(database.pool, 'eve@example.com', { rights: ['read'] })).token);
    const foreign = formTokenIn(await other.get('/console/queues'));
    const visitor = new Visitor(server.url);
    await visitor.signIn(ROOT);
    const visit = await visitor.post('/console/logout', fields(foreign) as Record<string, string>);
    expect(visit.status).toBe(403);
    expect(visit.text).toContain('This form is out of date.');
    expect((await visitor.get('/console/queues')).status).toBe(200);
  });

  test('needs no token with a credential in a header, which no form can send', async () => {
    const visit = await new Visitor(server.url).post('/console/logout', {}, { authorization: `Bearer ${ROOT}` });
    expect(visit.status).toBe(303);
  });

  test('does nothing on a server without a token either', async () => {
    expect((await new Visitor(open.url).post('/console/logout')).status).toBe(403);
  });
});

test('a page under a hostile host is not shown to this machine', async () => {
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80'])
    expect((await new Visitor(open.url).get('/console/queues', { host })).status).toBe(421);
  expect((await new Visitor(open.url).get('/console/queues', { host: 'a, b' })).status).toBe(400);
});

test('a link from another site reaches the page, with the cookie that browsers keep from it', async () => {
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  const visit = await new Visitor(server.url).get('/console/queues?show=pull', link);
  expect([visit.status, visit.setCookies]).toEqual([401, []]);
  expect(visit.text).toContain('<meta http-equiv="refresh" content="0">');
  expect(visit.text).toContain('href="/console/queues?show=pull"');
  const again = await new Visitor(server.url).get('/console/queues', { ...link, 'sec-fetch-site': 'same-origin' });
  expect(again.text).not.toContain('http-equiv="refresh"');
});

test.each([
  ['/console/queues', '/console/queues'],
  ['/console/tasks?queue=mail&state=due', '/console/tasks?queue=mail&state=due'],
  ['/console/queues/a%2Fb', '/console/queues/a%2Fb'],
  ...[
    undefined,
    '',
    'https://evil.example/console/',
    '//evil.example/console/',
    '/\\evil.example/console/',
    '/console/../..//evil.example',
    '/console/%2e%2e//evil.example',
    '/console/..\\..\\\\evil.example',
    '/console/\t/../../x',
    '/console',
    '/consolex/queues',
    '/metrics',
    'javascript:alert(1)',
    '/console/login?next=/console/login',
    '/console/logout',
  ].map((asked) => [asked, '/console/queues']),
])('%j leads to %j', (asked, page) => {
  expect(nextPage(asked, new ConsoleAddress(''))).toBe(page);
});

describe('every page', () => {
  const PAGES = ['/console/queues', '/console/login', '/console/nowhere'];

  test('has a policy without inline scripts, and cannot be framed, cached or sniffed', async () => {
    const anonymous = new Visitor(server.url);
    const visitor = new Visitor(server.url);
    await visitor.signIn(ROOT);
    for (const visit of await Promise.all([anonymous, visitor].flatMap((one) => PAGES.map((page) => one.get(page))))) {
      const policy = String(visit.headers['content-security-policy']);
      if (visit.status < 300 || visit.status >= 400) {
        for (const part of [
          "default-src 'none'",
          "script-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "base-uri 'self'",
        ])
          expect(policy.split('; ')).toContain(part);
        expect(policy).not.toContain('unsafe-eval');
        expect(policy).not.toMatch(/script-src[^;]*unsafe/);
        expect(visit.headers['cache-control']).toBe('no-store');
        expect(visit.text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:/i);
      }
      expect(visit.headers['x-content-type-options']).toBe('nosniff');
      expect(visit.headers['referrer-policy']).toBe('same-origin');
    }
  });

  test('answers HEAD as GET, without a body', async () => {
    for (const path of ['/console/login', '/console/queues']) {
      const visit = await new Visitor(open.url).send('HEAD', path, {});
      const whole = await new Visitor(open.url).get(path);
      expect([path, visit.status, visit.text]).toEqual([path, whole.status, '']);
    }
  });
});
