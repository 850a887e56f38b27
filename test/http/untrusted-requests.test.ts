// Requests from elsewhere: invalid credentials, probes, web pages of other sites, bodies that a web page can send
// without permission.

import { request } from 'node:http';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LogFields, silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { row, value } from '../support/sql.ts';

const ROOT = 'the-token-of-the-server';
const database = useDatabase();
let guarded: Server;
let open: Server;

beforeAll(async () => {
  const login = await newLogin(database.url, ['taskqueue_server']);
  guarded = createServer({ database: login, port: 0, token: ROOT, logger: silentLogger });
  open = createServer({ database: login, port: 0, logger: silentLogger });
  await Promise.all([guarded.start(), open.start()]);
  await database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
});

afterAll(async () => {
  await Promise.all([guarded.stop(), open.stop()]);
  await dropLogins(database.url);
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends a request with Node's own client, which can set Host and Origin too. */
function send(server: Server, path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(server.url + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end(body);
  });
}

const QUEUE = '/taskqueue/v1beta2/projects/p/taskqueues/pull';
const LEASE = `${QUEUE}/tasks/lease?numTasks=1&leaseSecs=600`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const newToken = (email: string) =>
  row<{ id: string; token: string }>(database.pool, 'select * from taskqueue.create_token($1)', [email]);

async function revokedToken(): Promise<string> {
  const { id, token } = await newToken('was@example.com');
  await database.pool.query('select taskqueue.revoke_token($1)', [id]);
  return token;
}

describe('an invalid credential never grants more than none', () => {
  const PATHS = ['/', '/healthz', '/readyz', '/nowhere', QUEUE, `${QUEUE}/tasks`];

  test.each([
    ['revoked', revokedToken],
    ['unknown', async () => 'tq_0000'],
    ['malformed', async () => 'two words'],
  ])('%s: 401 on every path, with and without a token of the server', async (_, make) => {
    const token = await make();
    for (const server of [guarded, open]) {
      for (const path of PATHS) {
        expect([path, (await send(server, path, { headers: bearer(token) })).status]).toEqual([path, 401]);
      }
    }
    expect((await send(open, `${QUEUE}?access_token=${encodeURIComponent(token)}`)).status).toBe(401);
  });

  test('another scheme is an invalid credential too', async () => {
    expect((await send(open, QUEUE, { headers: { authorization: `Basic ${ROOT}` } })).status).toBe(401);
    expect((await send(open, QUEUE)).status).toBe(200);
  });

  test('an API key in its header counts as a credential, and an invalid one as invalid', async () => {
    expect((await send(guarded, '/', { headers: { 'x-goog-api-key': ROOT } })).status).toBe(200);
    expect((await send(open, '/', { headers: { 'x-goog-api-key': 'tq_0000' } })).status).toBe(401);
  });

  test('`Bearer owner`, which the emulators’ clients send, counts as none on this machine if the server has no token', async () => {
    expect((await send(open, QUEUE, { headers: bearer('owner') })).status).toBe(200);
    expect((await send(guarded, QUEUE, { headers: bearer('owner') })).status).toBe(401);
  });
});

test('a request with two hosts is refused on every path, in the form of its surface', async () => {
  for (const path of ['/', '/healthz', QUEUE, '/v2/projects/p/locations']) {
    const { port } = new URL(open.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nHost: evil.example\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect([path, text.split('\r\n')[0]]).toEqual([path, 'HTTP/1.1 400 Bad Request']);
    expect(text).toContain('must have one Host header');
  }
});

describe('probes', () => {
  test('health and readiness are open and tell anonymous callers only the status', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect(await send(guarded, path, { headers: { host: '10.2.3.4:8123' } })).toEqual({ status: 200, text: '' });
      expect(JSON.parse((await send(guarded, path, { headers: bearer(ROOT) })).text)).toHaveProperty('status');
    }
  });
});

describe('web pages of other sites', () => {
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
  ];

  test.each(foreign)('%j is rejected on every path, and a lease does not change the queue', async (headers) => {
    await database.pool.query(`select taskqueue.add('pull', payload => 'x')`);
    expect((await send(open, LEASE, { method: 'POST', headers })).status).toBe(403);
    for (const path of ['/', '/healthz', '/readyz', '/nowhere', QUEUE, `${QUEUE}/tasks`]) {
      expect([path, (await send(open, path, { headers })).status]).toEqual([path, 403]);
      const known = { ...headers, ...bearer(ROOT) };
      expect([path, (await send(guarded, path, { headers: known })).status]).toEqual([path, 403]);
    }
    expect(await value(database.pool, `select count(*)::integer from taskqueue.tasks where state = 'leased'`)).toBe(0);
  });

  test('the server’s own pages and typed addresses are accepted', async () => {
    for (const site of ['same-origin', 'none']) {
      expect((await send(open, '/', { headers: { 'sec-fetch-site': site } })).status).toBe(200);
    }
    expect((await send(open, '/', { headers: { origin: open.url } })).status).toBe(200);
  });

  test('a link from another site opens pages and nothing else', async () => {
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await send(open, '/', { headers: followed })).status).toBe(200);
    expect((await send(open, QUEUE, { headers: followed })).status).toBe(403);
    expect((await send(open, LEASE, { method: 'POST', headers: followed })).status).toBe(403);
    expect((await send(open, '/', { headers: { ...followed, 'sec-fetch-dest': 'iframe' } })).status).toBe(403);
  });
});

describe('bodies must be JSON', () => {
  const body = JSON.stringify({ payloadBase64: 'YQ' });
  const post = (path: string, headers: Record<string, string>, sent = body) =>
    send(open, path, { method: 'POST', headers, body: sent });

  test.each([
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'text/plain; application/json' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=a' },
    { 'content-type': 'application/json, text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
  ] as Record<string, string>[])('%j is refused', async (headers) => {
    for (const path of [`${QUEUE}/tasks`, LEASE, `${QUEUE}/tasks/a?newLeaseSeconds=1`]) {
      expect([path, (await post(path, headers)).status]).toEqual([path, 415]);
    }
  });

  test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    '%s is taken',
    async (type) => {
      expect((await post(`${QUEUE}/tasks`, { 'content-type': type })).status).toBe(200);
    },
  );

  test('the empty body of a lease request may have any type or none', async () => {
    expect((await post(LEASE, {}, '')).status).toBe(200);
    expect((await post(LEASE, { 'content-type': 'application/x-www-form-urlencoded' }, '')).status).toBe(200);
  });
});

test('no response and no log line contains a token', async () => {
  const said: string[] = [];
  const note = (text: string, fields?: LogFields) => said.push(text + inspect(fields, { depth: 10 }));
  const logger = { debug: note, info: note, warn: note, error: note };
  const server = createServer({ database: database.url, port: 0, token: ROOT, logger: logger as never });
  await server.start();
  const { token } = await newToken('ada@example.com');
  const answers = [];
  for (const each of [token, ROOT, 'tq_unknown']) {
    answers.push(await send(server, QUEUE, { headers: bearer(each) }), await send(server, `${QUEUE}?key=${each}`));
    answers.push(
      await send(server, `/nowhere?access_token=${each}`),
      await send(server, '/nowhere', { headers: bearer(each) }),
    );
  }
  await server.stop();
  const all = JSON.stringify([said, answers]);
  for (const each of [token, ROOT, 'tq_unknown']) expect(all).not.toContain(each);
});

test('a token in a URL is accepted only on Google’s surfaces', async () => {
  expect((await send(guarded, `${QUEUE}?key=${ROOT}`)).status).toBe(200);
  expect((await send(guarded, `/?key=${ROOT}`)).status).toBe(401);
  expect((await send(guarded, `/nowhere?access_token=${ROOT}`)).status).toBe(401);
});
