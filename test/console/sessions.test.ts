// Signing in and out, and everything a session must not survive.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server, ServerOptions } from '../../src/server/server-options.ts';
import { createToken, revokeToken } from '../../src/store/tokens.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { rows, value } from '../support/sql.ts';
import { formTokenIn, Visitor } from './visitor.ts';

const ROOT = 'the-token-of-the-server';
const database = useDatabase();
const servers: Server[] = [];
let login: string;
let server: Server;

async function start(options: Partial<ServerOptions> = {}): Promise<Server> {
  const started = createServer({
    database: login,
    port: 0,
    token: ROOT,
    roles: ['http'],
    logger: silentLogger,
    ...options,
  });
  servers.push(started);
  await started.start();
  return started;
}

beforeAll(async () => {
  login = await newLogin(database.url, ['taskqueue_server']);
  server = await start();
});
afterAll(async () => {
  await Promise.all(servers.map((each) => each.stop()));
  await dropLogins(database.url);
});

const newToken = (rights = ['read'], queues = ['*'], expires?: Date) =>
  createToken(database.pool, 'ada@example.com', { rights, queues, expires });
const sessions = () => value<number>(database.pool, 'select count(*)::integer from taskqueue._console_sessions');

async function signedIn(token: string, on = server): Promise<Visitor> {
  const visitor = new Visitor(on.url);
  expect((await visitor.signIn(token)).status).toBe(303);
  return visitor;
}

describe('signing in', () => {
  test('an anonymous visitor gets the sign-in page in place of any page, without a redirect', async () => {
    const visit = await new Visitor(server.url).get('/console/queues?show=pull');
    expect([visit.status, visit.headers.location]).toEqual([401, undefined]);
    expect(visit.text).toContain('<h1>Sign in</h1>');
    expect(visit.text).toContain('name="next" value="/console/queues?show=pull"');
    expect(visit.text).not.toContain('class="rail"');
  });

  test('leads to the page that was asked for, under the name of the token', async () => {
    const { id, token } = await newToken();
    const visitor = new Visitor(server.url);
    const visit = await visitor.signIn(token, '/console/queues?show=pull');
    expect([visit.status, visit.headers.location]).toEqual([303, '/console/queues?show=pull']);
    const page = await visitor.get('/console/queues');
    expect(page.status).toBe(200);
    expect(page.text).toContain('ada@example.com');
    expect(await rows(database.pool, 'select token, proof from taskqueue._console_sessions')).toEqual([
      { token: id, proof: null },
    ]);
  });

  test('stores neither the secret nor the server’s own token', async () => {
    const visitor = await signedIn(ROOT);
    const [secret = ''] = visitor.cookies.values();
    expect(secret).toMatch(/^[\w-]{43}$/);
    const stored = JSON.stringify(await rows(database.pool, 'select s::text from taskqueue._console_sessions as s'));
    for (const told of [secret, Buffer.from(secret).toString('hex'), ROOT, Buffer.from(ROOT).toString('hex')])
      expect(stored).not.toContain(told);
    const plainHash = await value<string>(database.pool, `select encode(sha256($1), 'hex')`, [ROOT]);
    expect(stored).not.toContain(plainHash);
  });

  test.each([
    ['an unknown one', 'tq_0000', 401],
    ['no token', ' ', 400],
    ['none that could be sent in a header', 'zwölf', 401],
    ['a long one', 'x'.repeat(20_000), 413],
  ])('%s is refused: %s', async (_, token, status) => {
    const before = await sessions();
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn(token)).status).toBe(status);
    expect([...visitor.cookies]).toEqual([]);
    expect(await sessions()).toBe(before);
  });

  test('a refused token leaves the page to go to, and is not repeated', async () => {
    const visit = await new Visitor(server.url).signIn('tq_secret', '/console/dead');
    expect(visit.text).toContain('name="next" value="/console/dead"');
    expect(visit.text).toContain('This token does not work');
    expect(visit.text).not.toContain('tq_secret');
  });

  test('makes a new secret each time, and ends the earlier session, so none can be fixed beforehand', async () => {
    const { token } = await newToken();
    const visitor = new Visitor(server.url);
    visitor.cookies.set('pgtaskqueue', 'a'.repeat(43));
    await visitor.signIn(token);
    const first = visitor.cookies.get('pgtaskqueue') ?? '';
    expect(first).not.toBe('a'.repeat(43));
    await visitor.signIn(token);
    expect(visitor.cookies.get('pgtaskqueue')).not.toBe(first);
    const earlier = new Visitor(server.url);
    earlier.cookies.set('pgtaskqueue', first);
    expect((await earlier.get('/console/queues')).status).toBe(401);
  });

  test('nobody signs in to a server that this machine may use without a token', async () => {
    const open = await start({ token: undefined });
    const visitor = new Visitor(open.url);
    expect((await visitor.get('/console/queues')).status).toBe(200);
    const visit = await visitor.get('/console/login?next=/console/dead');
    expect([visit.status, visit.headers.location]).toEqual([303, '/console/dead']);
    expect((await visitor.get('/console/queues')).text).not.toContain('/console/logout');
  });
});

describe('a session', () => {
  test('ends at sign-out, and its secret with it', async () => {
    const visitor = await signedIn((await newToken()).token);
    const secret = visitor.cookies.get('pgtaskqueue') ?? '';
    const page = await visitor.get('/console/queues');
    const visit = await visitor.post('/console/logout', { _token: formTokenIn(page) });
    expect([visit.status, visit.headers.location]).toEqual([303, '/console/login']);
    expect(visitor.cookies.has('pgtaskqueue')).toBe(false);
    expect((await visitor.get('/console/login')).text).toContain('You are signed out.');
    const thief = new Visitor(server.url);
    thief.cookies.set('pgtaskqueue', secret);
    expect((await thief.get('/console/queues')).status).toBe(401);
  });

  test('is known on every server of a fleet, and so are its forms', async () => {
    const other = await start();
    const visitor = await signedIn((await newToken()).token);
    const token = formTokenIn(await visitor.get('/console/queues'));
    const elsewhere = new Visitor(other.url);
    elsewhere.cookies.set('pgtaskqueue', visitor.cookies.get('pgtaskqueue') ?? '');
    expect(formTokenIn(await elsewhere.get('/console/queues'))).toBe(token);
    expect((await elsewhere.post('/console/logout', { _token: token })).status).toBe(303);
  });

  test('of the server’s own token is not known to a server with another one', async () => {
    const visitor = await signedIn(ROOT);
    for (const token of ['another-token-of-the-server', undefined]) {
      const elsewhere = new Visitor((await start({ token, host: '127.0.0.1' })).url);
      elsewhere.cookies.set('pgtaskqueue', visitor.cookies.get('pgtaskqueue') ?? '');
      const page = await elsewhere.get('/console/queues', { host: 'tasks.example.com' });
      expect(page.text).not.toContain('server token');
      expect(page.status).not.toBe(200);
    }
  });

  test('has the rights that its token has now, and ends when the token is revoked', async () => {
    const { id, token } = await newToken(['read'], ['default']);
    const visitor = await signedIn(token);
    expect((await visitor.get('/console/queues')).text).toContain('default');
    await database.pool.query(`update taskqueue._tokens set queues = '{other}' where id = $1`, [id]);
    await expect.poll(async () => (await visitor.get('/console/queues')).text).not.toContain('>default<');
    await revokeToken(database.pool, id);
    expect(
      await value(database.pool, 'select count(*)::integer from taskqueue._console_sessions where token = $1', [id]),
    ).toBe(0);
    await expect.poll(async () => (await visitor.get('/console/queues')).status).toBe(401);
  });

  test('ends with an expired token, and after 12 hours; the rows go when others sign in', async () => {
    const { id, token } = await newToken();
    const expired = await signedIn(token);
    await database.pool.query('update taskqueue._tokens set expires = now() where id = $1', [id]);
    const old = await signedIn((await newToken()).token);
    await database.pool.query('update taskqueue._console_sessions set expires = now() where token <> $1', [id]);
    for (const visitor of [expired, old]) expect((await visitor.get('/console/queues')).status).toBe(401);
    await signedIn((await newToken()).token);
    expect(
      await value(database.pool, 'select count(*)::integer from taskqueue._console_sessions where expires <= now()'),
    ).toBe(0);
    const [{ hours }] = (await rows(
      database.pool,
      `select extract(epoch from expires - created)::integer / 3600 as hours from taskqueue._console_sessions`,
    )) as [{ hours: number }];
    expect(hours).toBe(12);
  });

  test('counts on the console and nowhere else', async () => {
    const visitor = await signedIn(ROOT);
    expect((await visitor.get('/console/queues')).status).toBe(200);
    for (const path of [
      '/',
      '/metrics',
      '/openapi.json',
      '/taskqueue/v1beta2/projects/p/taskqueues/default',
      '/nowhere',
    ])
      expect([path, (await visitor.get(path)).status]).toEqual([path, 401]);
    expect((await visitor.post('/rpc_http')).status).toBe(401);
  });

  test('does not help an invalid credential', async () => {
    const visitor = await signedIn(ROOT);
    expect((await visitor.get('/console/queues', { authorization: 'Bearer tq_0000' })).status).toBe(401);
  });

  test('shows the queues of its token and no others', async () => {
    await database.pool.query(`select taskqueue.create_queue('mail-eu'), taskqueue.create_queue('bank')`);
    const visitor = await signedIn((await newToken(['read'], ['mail-*'])).token);
    await expect.poll(async () => (await visitor.get('/console/queues')).text).toContain('mail-eu');
    expect((await visitor.get('/console/queues')).text).not.toContain('bank');
  });
});
