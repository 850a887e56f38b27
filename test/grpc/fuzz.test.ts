// Hostile calls of gRPC and floods of HTTP/2: each call gets a status that is the caller's fault, floods are bounded, and
// the server lives on.

import http2 from 'node:http2';
import { connect, type Socket } from 'node:net';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Operation } from '../../src/cloud-tasks/operation.ts';
import { operations } from '../../src/cloud-tasks/operations.ts';
import { REGISTRY } from '../../src/cloud-tasks/registry.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { jsonOf, PARENT } from '../support/hostile-messages.ts';
import { dropLogins, newLogin } from '../support/logins.ts';

const LONG = process.env.SOAK === 'fuzz';
const RUNS = LONG ? 2_000 : 25;
const TIMEOUT = LONG ? 3_600_000 : 120_000;

const database = useDatabase();
let server: Server;
let client: Client;

beforeAll(async () => {
  const login = await newLogin(database.url, ['taskqueue_server']);
  // Without a dispatcher, so that nothing is sent to the URLs.
  server = createServer({ database: login, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
  client = new Client(new URL(server.grpcUrl).host, credentials.createInsecure());
  await fetch(`${server.url}/v2/${PARENT}/queues`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ name: `${PARENT}/queues/q` }),
  });
});

afterAll(async () => {
  client.close();
  await server.stop();
  await dropLogins(database.url);
});

const isAlive = async () => expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

function call({ service, name }: Operation, bytes: Buffer, metadata = new Metadata()): Promise<ServiceError | null> {
  const same = (given: Buffer) => given;
  return new Promise((resolve) => {
    const deadline = Date.now() + 30_000;
    client.makeUnaryRequest(`/${service}/${name}`, same, same, bytes, metadata, { deadline }, (error) =>
      resolve(error),
    );
  });
}

const OUR_FAULT: number[] = [status.UNKNOWN, status.INTERNAL, status.DATA_LOSS, status.DEADLINE_EXCEEDED];

function isCallersFault(error: ServiceError | null): void {
  if (!error) return;
  expect(OUR_FAULT.includes(error.code) ? error.message : '').toBe('');
  expect(error.details).not.toBe('');
  expect(error.details).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|pg_catalog|SELECT /i);
}

/** Messages of a type, as bytes: right ones, and changed or cut ones. */
function bytesOf({ request }: Operation): fc.Arbitrary<Buffer> {
  const right = jsonOf(request).map((json) => {
    try {
      return Buffer.from(
        toBinary(request, fromJson(request, json as never, { registry: REGISTRY, ignoreUnknownFields: true })),
      );
    } catch {
      return Buffer.alloc(0); // JSON that is no such message
    }
  });
  const cut = fc
    .tuple(right, fc.nat())
    .map(([bytes, at]) => bytes.subarray(0, bytes.length === 0 ? 0 : at % bytes.length));
  const changed = fc.tuple(right, fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, byte]) => {
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });
  return fc.oneof(
    { weight: 4, arbitrary: right },
    { weight: 2, arbitrary: cut },
    { weight: 3, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}

const rank = ({ name }: Operation) => (name === 'DeleteQueue' ? 2 : name.includes('Create') ? 0 : 1);
const inOrder = [...operations].sort((one, other) => rank(one) - rank(other));

describe('messages', () => {
  test.each(inOrder.map((operation) => [`${operation.service}.${operation.name}`, operation] as const))(
    '%s',
    { timeout: TIMEOUT },
    async (_, operation) => {
      await fc.assert(
        fc.asyncProperty(bytesOf(operation), async (bytes) => isCallersFault(await call(operation, bytes))),
        { numRuns: RUNS, interruptAfterTimeLimit: TIMEOUT - 10_000 },
      );
      await isAlive();
    },
  );

  const nested = (depth: number): Buffer => {
    let bytes = Buffer.alloc(0);
    for (let level = 0; level < depth; level++) {
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
      bytes = Buffer.concat([Buffer.from([0x12, ...length]), bytes]);
    }
    return bytes;
  };

  test.each([
    ['deeply nested', nested(4_000)],
    ['of endless groups', Buffer.alloc(100_000, 0x0b)],
    ['of a million empty fields', Buffer.alloc(2_000_000, Buffer.from([0x12, 0]))],
    ['of an unknown field', Buffer.from([0xf8, 0xff, 0xff, 0xff, 0x0f, 1])],
    ['of field 0', Buffer.from([0, 0])],
    ['of text that is no UTF-8', Buffer.from([0x0a, 2, 0xff, 0xfe])],
  ])('%s', async (_, bytes) => {
    for (const operation of operations) isCallersFault(await call(operation, bytes));
    await isAlive();
  });
});

describe('headers', () => {
  /** Sends a request as it is, and returns the headers and trailers of the answer; undefined: the stream was refused. */
  function raw(headers: http2.OutgoingHttpHeaders, body = Buffer.from([0, 0, 0, 0, 0])) {
    return new Promise<Record<string, unknown> | undefined>((resolve) => {
      const session = http2.connect(server.grpcUrl);
      let got: Record<string, unknown> | undefined;
      const finish = () => {
        session.destroy();
        resolve(got);
      };
      session.on('error', finish);
      const stream = session.request({
        ':method': 'POST',
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      stream.on('response', (given) => {
        got = { ...got, ...given };
      });
      stream.on('trailers', (given) => {
        got = { ...got, ...given };
      });
      stream.on('error', () => {}).on('close', finish);
      stream.resume().end(body);
    });
  }

  const PATH = '/google.cloud.tasks.v2.CloudTasks/GetQueue';

  test.each<[string, http2.OutgoingHttpHeaders]>([
    ['an unknown method', { ':path': '/google.cloud.tasks.v2.CloudTasks/Nothing' }],
    ['a path with any characters', { ':path': '/\u00e4%00/\u00ff?x#y' }],
    ['a path without a service', { ':path': '*' }],
    ['a long path', { ':path': `/${'x'.repeat(10_000)}` }],
    ['another content type', { ':path': PATH, 'content-type': 'text/plain' }],
    ['no content type', { ':path': PATH, 'content-type': '' }],
    ['another verb', { ':path': PATH, ':method': 'GET' }],
    ['a bad timeout', { ':path': PATH, 'grpc-timeout': '-1S' }],
    ['a timeout of no time', { ':path': PATH, 'grpc-timeout': '0n' }],
    ['a huge timeout', { ':path': PATH, 'grpc-timeout': '99999999H' }],
    ['an unknown encoding', { ':path': PATH, 'grpc-encoding': 'zstd' }],
    ['a bad binary header', { ':path': PATH, 'x-bin': '!!!' }],
    [
      '1 500 headers',
      { ':path': PATH, ...Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`a${i}`, 'b'])) },
    ],
    ['large headers', { ':path': PATH, a: 'b'.repeat(60_000) }],
    ['another host', { ':path': PATH, ':authority': 'evil.example' }],
    ['a strange host', { ':path': PATH, ':authority': 'a b/@\u00ff' }],
  ])('%s', async (name, headers) => {
    const got = await raw(headers);
    // Of gRPC's own: a timeout that it cannot read is INTERNAL, and one that is over DEADLINE_EXCEEDED.
    const allowed = /timeout/.test(name) ? [status.INTERNAL, status.DEADLINE_EXCEEDED] : [];
    if (got?.[':status'] === 200)
      expect(OUR_FAULT.filter((code) => !allowed.includes(code))).not.toContain(Number(got['grpc-status']));
    else if (got) expect([400, 405, 415]).toContain(got[':status']);
    await isAlive();
  });

  test('a message in other frames than gRPC’s', async () => {
    for (const body of [
      Buffer.alloc(0),
      Buffer.from('{}'),
      Buffer.from([9, 0, 0, 0, 1, 1]),
      Buffer.from([0, 255, 255, 255, 255]),
      Buffer.from([1, 0, 0, 0, 2, 1, 2]),
    ]) {
      const got = await raw({ ':path': PATH, 'grpc-encoding': 'gzip' }, body);
      expect([undefined, 200]).toContain(got?.[':status']);
      await isAlive();
    }
  });
});

describe('floods', () => {
  const frame = (type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  };
  const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]);
  /** POST /x on http, of content type application/grpc, without indexing. */
  const literal = (name: string, value: string) =>
    Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
  const HEADERS = Buffer.concat([
    Buffer.from([0x83, 0x86]),
    literal(':path', '/google.cloud.tasks.v2.CloudTasks/GetQueue'),
    literal(':authority', 'localhost'),
    literal('content-type', 'application/grpc'),
  ]);
  const opening = (stream: number) => frame(1, 4, stream, HEADERS);

  interface Flood {
    bytes: number;
    ended: boolean;
  }

  /** Sends frames for three seconds, or until the server closes; /healthz must stay good meanwhile. */
  async function flood(next: (i: number) => Buffer, { reads = true } = {}): Promise<Flood> {
    const socket: Socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let ended = false;
    socket.on('error', () => {}).on('close', () => (ended = true));
    if (reads) socket.resume();
    else socket.pause();
    socket.write(PREFACE);
    const until = performance.now() + 3_000;
    let healthy = 0;
    const probe = (async () => {
      while (performance.now() < until && !ended) {
        await isAlive();
        healthy += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    for (let i = 0; performance.now() < until && !ended; i += 100) {
      const batch = Buffer.concat(Array.from({ length: 100 }, (_, each) => next(i + each)));
      const flows = socket.write(batch);
      await new Promise<void>((resolve) => {
        if (flows) return setImmediate(resolve);
        const timer = setTimeout(resolve, 100);
        socket.once('drain', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await probe;
    expect(healthy).toBeGreaterThan(0);
    await isAlive();
    return { bytes: socket.bytesWritten, ended };
  }

  const memory = () => {
    global.gc?.();
    return process.memoryUsage().rss;
  };

  test('streams that are opened and reset (rapid reset) end the connection', async () => {
    const { ended } = await flood((i) =>
      Buffer.concat([opening(2 * i + 1), frame(3, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8]))]),
    );
    expect(ended).toBe(true);
  });

  test('streams beyond the limit end the connection', async () => {
    expect((await flood((i) => opening(2 * i + 1))).ended).toBe(true);
  });

  test('a header block that never ends ends the connection', async () => {
    const next = (i: number) => (i === 0 ? frame(1, 0, 1, HEADERS) : frame(9, 0, 1, literal('a', 'b'.repeat(100))));
    expect((await flood(next)).ended).toBe(true);
  });

  test.each<[string, (i: number) => Buffer]>([
    ['settings', () => frame(4, 0, 0)],
    ['pings', () => frame(6, 0, 0, Buffer.alloc(8))],
  ])('%s of a client that does not read leave the server healthy', async (_, next) => {
    const before = memory();
    await flood(next, { reads: false });
    expect(memory() - before).toBeLessThan(200_000_000);
  });

  test.each<[string, (i: number) => Buffer]>([
    ['settings', () => frame(4, 0, 0)],
    ['pings', () => frame(6, 0, 0, Buffer.alloc(8))],
    ['empty data', (i) => (i === 0 ? opening(1) : frame(0, 0, 1))],
    ['window updates', () => frame(8, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['priorities', (i) => frame(2, 0, 2 * i + 1, Buffer.from([0, 0, 0, 0, 1]))],
    ['frames of unknown types', () => frame(0x7f, 0, 0, Buffer.alloc(100))],
    ['frames of random bytes', (i) => Buffer.alloc(200, i)],
  ])('%s leave the server healthy', async (_, next) => {
    const before = memory();
    await flood(next);
    expect(memory() - before).toBeLessThan(200_000_000);
  });
});
