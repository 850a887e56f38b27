// Hostile requests to the REST APIs: each gets a well-formed answer of its surface, never a 5xx of the server's making, a
// stack or silence, and the server lives on.

import { request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/cloud-tasks/operation.ts';
import { operations } from '../../src/cloud-tasks/operations.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { hostile, jsonOf, PARENT, segments } from '../support/hostile-messages.ts';
import { dropLogins, newLogin } from '../support/logins.ts';

const LONG = process.env.SOAK === 'fuzz';
const RUNS = LONG ? 2_000 : 25;
const TIMEOUT = LONG ? 3_600_000 : 120_000;
/** Statuses from 500 up that are true: not offered, away, too slow. */
const TRUE_5XX = [501, 503, 504];

const database = useDatabase();
let server: Server;

beforeAll(async () => {
  const login = await newLogin(database.url, ['taskqueue_server']);
  // Without a dispatcher, so that nothing is sent to the URLs.
  server = createServer({ database: login, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
  const queue = { name: `${PARENT}/queues/q` };
  await send({ method: 'POST', path: `/v2/${PARENT}/queues`, body: JSON.stringify(queue) });
  await database.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
});

afterAll(async () => {
  await server.stop();
  await dropLogins(database.url);
});

interface Sent {
  method: string;
  path: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

interface Got {
  status: number;
  type: string;
  text: string;
}

function send({ method, path, body, headers = {} }: Sent): Promise<Got> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const typed = body === undefined ? headers : { 'content-type': 'application/json', ...length, ...headers };
    const sent = request(
      { hostname, port, method, path, headers: typed, timeout: 30_000, agent: false },
      (response) => {
        const type = response.headers['content-type'] ?? '';
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, type, text }));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.on('error', reject).end(body);
  });
}

/**
 * An error in the form of google.rpc, with the same status inside; any JSON for a success.
 *
 * @param mayBeEmpty whether a success may be without a body
 */
function isWellFormed({ status, type, text }: Got, mayBeEmpty = false): void {
  expect(status >= 500 && !TRUE_5XX.includes(status) ? text : '').toBe('');
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|pg_catalog|SELECT /i);
  if (mayBeEmpty && status < 300 && text === '') return;
  expect([status, type]).toEqual([status, expect.stringMatching(/^application\/json/i)]);
  const document = JSON.parse(text);
  if (status < 400) return;
  expect(document.error).toMatchObject({ code: status, message: expect.any(String) });
  expect(document.error.message).not.toBe('');
}

const encoded = (value: string) =>
  encodeURIComponent(value.toWellFormed()).replace(/^\.+$/, (dots) => dots.replaceAll('.', '%2E'));
const query = fc.dictionary(
  fc.constantFrom(
    '$alt',
    'alt',
    'fields',
    'pageSize',
    'pageToken',
    'filter',
    'updateMask',
    'responseView',
    'x',
    '__proto__',
    'key.a',
  ),
  fc.oneof(
    fc.constantFrom(
      'json;enum-encoding=int',
      'media',
      '-1',
      '0',
      '99999999999',
      'state=PAUSED',
      'state: RUNNING',
      'FULL',
      'a(',
    ),
    fc.string({ maxLength: 20 }),
  ),
  { maxKeys: 2 },
);
const rarely = <Value>(value: fc.Arbitrary<Value>, otherwise: Value) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary: value });

/** A path of a template: each star is a name of the collection before it. */
function pathOf(template: string): fc.Arbitrary<string> {
  const parts = template.replaceAll(/\{[a-z_.]+=([^}]+)\}/g, '$1').split('/');
  const filled = parts.map((part, i) => {
    if (!part.includes('*')) return fc.constant(part);
    const names = segments[parts[i - 1] ?? ''] ?? fc.string();
    return names.map((name) => part.replace('*', () => encoded(name)));
  });
  return fc.tuple(...filled).map((given) => given.join('/'));
}

/** A request for an operation; its body is nearly right, or no JSON at all. */
function requestFor({ verb, paths, body, request: type }: Operation): fc.Arbitrary<Sent> {
  const field = body === undefined || body === '*' ? undefined : type.fields.find(({ name }) => name === body);
  const json = jsonOf(field?.message ?? type).map((value) => JSON.stringify(value));
  const bodies = fc.oneof(
    { weight: 16, arbitrary: json },
    { weight: 1, arbitrary: json.map((text) => text.slice(0, text.length >> 1)) },
    { weight: 1, arbitrary: hostile.map((value) => JSON.stringify(value) ?? '') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '""', '{', '[', 'null', '1e999', '{"a":1,"a":2}', '[['.repeat(30_000), '\ufeff{}'),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  );
  const oddHeaders = fc.constantFrom<Record<string, string>>(
    { 'content-type': 'text/plain' },
    { 'content-encoding': 'gzip' },
    { 'x-request-id': 'x'.repeat(200) },
    { 'x-http-method-override': 'DELETE' },
    { authorization: 'Bearer owner' },
    { 'x-goog-request-reason': '\u00ff'.repeat(3_000) },
  );
  const path = fc
    .tuple(fc.oneof(...paths.map(pathOf)), rarely<Record<string, string>>(query, {}))
    .map(([path, parameters]) => {
      const pairs = Object.entries(parameters).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
      return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
    });
  return fc
    .tuple(path, rarely(oddHeaders, {}), body === undefined ? fc.constant(undefined) : bodies)
    .map(([path, headers, body]) => ({
      ...{ method: verb, path, headers },
      ...(body !== undefined && { body }),
    }));
}

const rank = ({ name }: Operation) => (name === 'DeleteQueue' ? 2 : name.includes('Create') ? 0 : 1);

const isAlive = async () => expect((await send({ method: 'GET', path: '/healthz' })).status).toBe(200);

describe('Cloud Tasks v2', () => {
  // What makes queues and tasks comes first, and the end of the queue last.
  const inOrder = [...operations].sort((one, other) => rank(one) - rank(other));
  test.each(inOrder.map((operation) => [`${operation.service}.${operation.name}`, operation] as const))(
    '%s',
    { timeout: TIMEOUT },
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(requestFor(operation), async (sent) => {
          isWellFormed(await send(sent));
        }),
        { numRuns: RUNS, interruptAfterTimeLimit: TIMEOUT - 10_000 },
      );
      await isAlive();
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  test('millions of empty values are refused before they cost anything', async () => {
    const path = `/v2/${PARENT}/queues/q/tasks:batchCreate`;
    for (const [start, each] of [
      ['{"requests":[', '{},'],
      ['', '['],
      ['{"requests":', '{"a":'],
    ] as const) {
      const body = start + each.repeat(Math.floor(15_000_000 / each.length));
      const answer = await send({ method: 'POST', path, body });
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('too many values') });
    }
  });

  test('paths of no operation', { timeout: TIMEOUT }, async () => {
    const path = fc.tuple(fc.constantFrom('/v2/', '/v1/projects/', '/v2beta3/', '/v2/projects/p/'), fc.webPath());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), path, async (method, [start, end]) => {
        isWellFormed(await send({ method, path: start + end.slice(1) }));
      }),
      { numRuns: RUNS * 4 },
    );
  });
});

describe('pull queues', () => {
  const QUEUE = '/taskqueue/v1beta2/projects/p/taskqueues/pull';
  const task = fc.oneof(
    fc.record(
      {
        queueName: fc.oneof(fc.constant('pull'), hostile),
        payloadBase64: fc.oneof(fc.base64String(), hostile),
        id: fc.oneof(fc.string(), hostile),
        tag: hostile,
        enqueueTimestamp: hostile,
        leaseTimestamp: hostile,
      },
      { requiredKeys: [] },
    ),
    hostile,
  );
  const value = fc.oneof(fc.constantFrom('1', '0', '-1', '1e9', 'x', '99999999999999999999'), fc.string());
  const path = fc.oneof(
    fc.constantFrom(QUEUE, `${QUEUE}/tasks`, `${QUEUE}x`),
    fc.string({ minLength: 1 }).map((name) => `${QUEUE}/tasks/${encoded(name)}`),
    fc
      .tuple(value, value)
      .map(([tasks, seconds]) => `${QUEUE}/tasks/lease?numTasks=${encoded(tasks)}&leaseSecs=${encoded(seconds)}`),
    fc
      .tuple(fc.string({ minLength: 1 }), value)
      .map(([name, seconds]) => `${QUEUE}/tasks/${encoded(name)}?newLeaseSeconds=${encoded(seconds)}`),
  );

  test('every route', { timeout: TIMEOUT }, async () => {
    const bodies = fc.oneof(
      task.map((json) => JSON.stringify(json) ?? ''),
      fc.constantFrom('', '{', '[[', 'null', '\u0000'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'), path, bodies, async (method, path, body) => {
        isWellFormed(await send({ method, path, ...(method !== 'GET' && { body }) }), true);
      }),
      { numRuns: RUNS * 20 },
    );
    await isAlive();
  });
});

describe('bytes that are hardly HTTP', () => {
  const PATH = `/v2/${PARENT}/queues`;
  const START = `POST ${PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  const CHUNKED = `${START}Transfer-Encoding: chunked\r\n`;

  /** Sends bytes, waits until the server closes, at the latest when its time limits are over, and returns the answer. */
  function raw(bytes: string | Uint8Array, end = false): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('error', () => {}).on('close', () => resolve(text));
      socket.write(bytes);
      if (end) socket.end();
    });
  }

  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

  const CASES: [string, string | Uint8Array][] = [
    ['1 500 headers', `${START}${'a: b\r\n'.repeat(1_500)}\r\n`],
    ['a header of 100 KB', `${START}a: ${'b'.repeat(100_000)}\r\n\r\n`],
    ['two hosts', `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n`],
    ['no host', `GET ${PATH} HTTP/1.1\r\n\r\n`],
    ['two lengths', `${START}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length and chunks', `${CHUNKED}Content-Length: 2\r\n\r\n0\r\n\r\n`],
    ['a negative length', `${START}Content-Length: -1\r\n\r\n`],
    ['a huge length', `${START}Content-Length: 99999999999999999999\r\n\r\n{}`],
    ['a length beyond the limit', `${START}Content-Length: 99999999\r\n\r\n{}`],
    ['chunks without a size', `${CHUNKED}\r\nx\r\n{}\r\n0\r\n\r\n`],
    ['chunks of a huge size', `${CHUNKED}\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n`],
    ['chunks with bare line feeds', `${CHUNKED}\r\n2\n{}\n0\n\n`],
    ['chunks with an endless extension', `${CHUNKED}\r\n2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`],
    ['chunked twice', `${START}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
    ['another coding', `${START}Transfer-Encoding: gzip\r\n\r\n`],
    ['a folded header', `${START}a: b\r\n c\r\n\r\n`],
    ['a space before the colon', `${START}a : b\r\n\r\n`],
    ['a zero byte in a header', `${START}a: \u0000\r\n\r\n`],
    ['a bad version', `GET ${PATH} HTTP/9.9\r\nHost: localhost\r\n\r\n`],
    ['an unknown method', `BREW ${PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['no path', 'GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['CONNECT', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['an upgrade', `GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['nothing', ''],
    ['half a preface of HTTP/2', 'PRI * HTTP/2.0\r\n'],
  ];

  // All at once, since some wait for a time limit.
  test('get an answer that is HTTP, or an end', async () => {
    const answers = await Promise.all(CASES.map(([, bytes]) => raw(bytes)));
    for (const [i, [name]] of CASES.entries()) {
      const answer = answers[i] ?? '';
      const status = statusOf(answer);
      if (answer !== '') expect([name, answer]).toEqual([name, expect.stringMatching(/^HTTP\/1\.1 \d{3} /)]);
      expect([name, status < 500 || TRUE_5XX.includes(status) ? '' : answer]).toEqual([name, '']);
      expect(answer).not.toContain('node_modules');
    }
    const refused = CASES.map(([name], i) => [name, statusOf(answers[i] ?? '')]);
    expect(Object.fromEntries(refused)).toMatchObject({
      ...{ '1 500 headers': 431, 'two hosts': 400, 'no host': 400, 'two lengths': 400, 'a length and chunks': 400 },
      ...{ 'a length beyond the limit': 413, 'chunks without a size': 400, 'a space before the colon': 400 },
    });
    await isAlive();
  });

  test('any bytes, and requests with a few bytes changed', { timeout: TIMEOUT }, async () => {
    const good = Buffer.from(`${START}Content-Length: 20\r\n\r\n{"name":"${'x'.repeat(8)}"}\r\n`);
    const changed = fc
      .array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 5 })
      .map((changes) => changes.reduce((bytes, [at, byte]) => bytes.fill(byte, at, at + 1), Buffer.from(good)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ minLength: 1, maxLength: 300 })), async (bytes) => {
        const answer = await raw(bytes, true);
        const status = statusOf(answer);
        expect(status < 500 || TRUE_5XX.includes(status) ? '' : answer).toBe('');
      }),
      { numRuns: RUNS * 8 },
    );
    await isAlive();
  });
});

test('/healthz stays good under 600 slow connections', async () => {
  const port = Number(new URL(server.url).port);
  const starts = [
    '',
    'P',
    'POST /v2/ HTTP/1.1\r\nHost: localhost\r\n',
    'POST /v2/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ];
  const sockets = await Promise.all(
    Array.from({ length: 600 }, (_, i) => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.write(starts[i % starts.length] ?? '');
      return new Promise<typeof socket>((resolve) => socket.once('connect', () => resolve(socket)));
    }),
  );
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a');
  }, 200);
  try {
    for (let probe = 0; probe < 30; probe++) {
      const started = performance.now();
      await isAlive();
      expect(performance.now() - started).toBeLessThan(4_500); // the 600 are cut off after five seconds
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  }
});
