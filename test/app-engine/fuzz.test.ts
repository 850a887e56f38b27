// Hostile messages: each call gets an answer that is the caller's fault, and the server lives on.

import { create, type DescMessage, fromBinary, fromJson, ScalarType, toBinary } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remoteMethods } from '../../src/app-engine/answer-call.ts';
import { TASK_QUEUE_CODES } from '../../src/app-engine/codes.ts';
import type { Method } from '../../src/app-engine/method.ts';
import { AddRequest } from '../../src/app-engine/schema/add.ts';
import { RemoteRequest, RemoteResponse } from '../../src/app-engine/schema/remote-api.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { jsonOf } from '../support/hostile-messages.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { BYTES, envelope } from './remote-calls.ts';

const LONG = process.env.SOAK === 'fuzz';
const RUNS = LONG ? 2_000 : 40;
const TIMEOUT = LONG ? 3_600_000 : 120_000;

const database = useDatabase();
let server: Server;

beforeAll(async () => {
  await database.pool.query(`select taskqueue.create_queue('q'), taskqueue.create_queue('p', mode => 'pull')`);
  const login = await newLogin(database.url, ['taskqueue_server']);
  // Without a dispatcher, so that nothing is sent.
  server = createServer({ database: login, port: 0, roles: ['http'], logger: silentLogger });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await dropLogins(database.url);
});

const isAlive = async () => expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

/** Sends a body; returns the response, or undefined if it was refused for what it is. */
async function post(body: Uint8Array<ArrayBuffer>) {
  const answer = await fetch(`${server.url}/rpc_http`, { method: 'POST', headers: BYTES, body });
  expect(answer.status).toBe(200);
  return fromBinary(RemoteResponse, new Uint8Array(await answer.arrayBuffer()));
}

const OUR_FAULT: number[] = [TASK_QUEUE_CODES.TRANSIENT_ERROR, TASK_QUEUE_CODES.INTERNAL_ERROR];

async function isCallersFault({ name, response }: Method, request: Uint8Array): Promise<void> {
  const { applicationError, rpcError, response: bytes } = await post(envelope(name, request));
  const error = applicationError ?? rpcError;
  if (!error) {
    const answer = fromBinary(response, bytes ?? new Uint8Array()) as unknown as Record<string, unknown>;
    const results = [answer.result, ...((answer.taskresult ?? []) as { result: number }[]).map(({ result }) => result)];
    for (const code of results.flat()) expect(OUR_FAULT).not.toContain(code);
    return;
  }
  expect(applicationError && OUR_FAULT.includes(applicationError.code) ? error.detail : '').toBe('');
  expect(error.detail).not.toBe('');
  expect(error.detail).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules|pg_catalog|SELECT /i);
}

/** Names of queues as JSON has bytes. */
const NAMES = ['q', 'q', 'q', 'p', 'p', 'absent', '', 'Q_', 'x'.repeat(101), '\0', "q'--"];
const named = fc.constantFrom(...NAMES.map((name) => Buffer.from(name).toString('base64')));

/** The JSON with those required fields that it lacks. */
function filled(type: DescMessage, json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const given: Record<string, unknown> = { ...json };
  for (const field of type.fields) {
    const { jsonName, message } = field;
    const value = given[jsonName];
    if (field.presence === Presence.LEGACY_REQUIRED && value === undefined)
      given[jsonName] = field.scalar === ScalarType.BYTES ? '' : field.scalar === ScalarType.BOOL ? true : 60;
    if (message && Array.isArray(value)) given[jsonName] = value.map((one) => filled(message, one));
    else if (message && value !== undefined) given[jsonName] = filled(message, value);
  }
  return given;
}

/** The same with a queue for it, or for each of its tasks. */
function queued(name: string, json: unknown, queueName: string): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const { addRequest } = json as { addRequest?: unknown };
  if (name === 'BulkAdd')
    return { addRequest: Array.isArray(addRequest) ? addRequest.map((one) => queued('Add', one, queueName)) : [] };
  return { ...json, queueName: name === 'FetchQueueStats' ? [queueName] : queueName };
}

/** Messages of a method, as bytes: right ones, and changed or cut ones. */
function bytesOf({ name, request }: Method): fc.Arbitrary<Uint8Array> {
  const json =
    name === 'BulkAdd'
      ? fc.record({ addRequest: fc.array(jsonOf(AddRequest), { minLength: 1, maxLength: 4 }) })
      : jsonOf(request);
  const right = fc.tuple<unknown[]>(json, named).map(([json, queueName]) => {
    try {
      const whole = filled(request, queued(name, json, queueName as string));
      return toBinary(request, fromJson(request, whole as never, { ignoreUnknownFields: true }));
    } catch {
      return new Uint8Array(); // JSON that is no such message
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
    { weight: 5, arbitrary: right },
    { weight: 2, arbitrary: cut },
    { weight: 3, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
}

test.each(remoteMethods.map((each) => [each.name, each] as const))('%s', { timeout: TIMEOUT }, async (_, method) => {
  await fc.assert(
    fc.asyncProperty(bytesOf(method), (bytes) => isCallersFault(method, bytes)),
    { numRuns: RUNS, interruptAfterTimeLimit: TIMEOUT - 10_000 },
  );
  await isAlive();
});

test('the generator makes requests that can be read', () => {
  for (const each of remoteMethods) {
    const made = fc.sample(bytesOf(each), { numRuns: 300, seed: 7 });
    expect(made.filter(({ length }) => length > 2).length, each.name).toBeGreaterThan(100);
  }
});

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);

test.each([
  ['endless groups', new Uint8Array(100_000).fill(0x0b)],
  ['ends of groups', new Uint8Array(1_000).fill(0x0c)],
  ['groups within groups of one message', Uint8Array.from([0x0a, ...varint(2_000), ...Array(2_000).fill(0x33)])],
  ['a million empty messages', new Uint8Array(2_000_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0))],
  ['a million empty names', new Uint8Array(2_000_000).map((_, at) => (at % 2 === 0 ? 0x12 : 0))],
  ['a field of a huge number', Uint8Array.from([0xf8, 0xff, 0xff, 0xff, 0x0f, 1])],
  ['a field of no number', Uint8Array.from([0, 0])],
])('%s', { timeout: TIMEOUT }, async (_, bytes) => {
  for (const method of remoteMethods) await isCallersFault(method, bytes);
  await isAlive();
});

test('envelopes of any bytes', { timeout: TIMEOUT }, async () => {
  const right = toBinary(
    RemoteRequest,
    create(RemoteRequest, { serviceName: 'taskqueue', method: 'Delete', request: new Uint8Array() }),
  );
  const any = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(([at, byte]) => right.with(at % right.length, byte)),
  );
  await fc.assert(
    fc.asyncProperty(any, async (bytes) => {
      const { rpcError, applicationError } = await post(new Uint8Array(bytes));
      expect(rpcError ?? applicationError).toBeDefined();
    }),
    { numRuns: RUNS },
  );
  await isAlive();
});
