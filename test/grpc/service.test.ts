// The skin over a table of operations: callers, rights, errors with their details, deadlines, limits.

import { once } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { REGISTRY } from '../../src/cloud-tasks/registry.ts';
import { Status } from '../../src/cloud-tasks/schema/rpc.ts';
import { StatusError } from '../../src/cloud-tasks/status.ts';
import { QueuePausedError, UnknownQueueError } from '../../src/domain/errors.ts';
import { HEALTH_CHECK, HealthCheckRequest, HealthCheckResponse } from '../../src/grpc/health.ts';
import { call, EchoRequest, echo, guarded, open, serve } from './setup.ts';

const ECHO = echo('Echo', async ({ name, body }) => ({ name, length: String(body.length) }));

test('a call runs its operation', async () => {
  const { port } = await serve([ECHO]);
  const { response } = await call(port, 'test.Service/Echo', { name: 'mail', body: Buffer.from('12345') });
  expect(response).toMatchObject({ name: 'mail', length: '5' });
});

test('a method that is not in the table is unimplemented, by its name', async () => {
  const { port } = await serve([ECHO]);
  const { error } = await call(port, 'test.Service/Nothing', {}, { metadata: {} });
  expect(error).toMatchObject({ code: status.UNIMPLEMENTED, details: expect.stringContaining('test.Service/Nothing') });
});

describe('the caller', () => {
  const codeOf = async (metadata: Record<string, string>, name = 'mail-eu', authority = guarded, options = {}) => {
    const { port } = await serve([ECHO], { authority });
    const { error } = await call(port, 'test.Service/Echo', { name }, { metadata, options });
    return error?.code ?? status.OK;
  };

  test.each([
    ['the server’s token', { authorization: 'Bearer root' }, status.OK],
    ['a token from the database', { authorization: 'Bearer tq_ada' }, status.OK],
    ['an API key', { 'x-goog-api-key': 'tq_ada' }, status.OK],
    ['an unknown token', { authorization: 'Bearer tq_eve' }, status.UNAUTHENTICATED],
    ['another scheme', { authorization: 'Basic root' }, status.UNAUTHENTICATED],
    ['nothing', {}, status.UNAUTHENTICATED],
  ])('with %s', async (_, metadata, expected) => {
    expect(await codeOf(metadata as Record<string, string>)).toBe(expected);
  });

  test('without the right on the queue is denied', async () => {
    expect(await codeOf({ authorization: 'Bearer tq_ada' }, 'other')).toBe(status.PERMISSION_DENIED);
  });

  test('without a credential is this machine, by its own names', async () => {
    expect(await codeOf({}, 'other', open)).toBe(status.OK);
    expect(await codeOf({ authorization: 'Bearer owner' }, 'other', open)).toBe(status.OK);
    expect(await codeOf({ authorization: 'Bearer tq_eve' }, 'other', open)).toBe(status.UNAUTHENTICATED);
    const rebound = { 'grpc.default_authority': 'rebound.example' };
    expect(await codeOf({}, 'other', open, rebound)).toBe(status.PERMISSION_DENIED);
    const reachable = { ...open, bind: '0.0.0.0' };
    expect(await codeOf({}, 'other', reachable)).toBe(status.UNAUTHENTICATED);
    expect(await codeOf({ authorization: 'Bearer owner' }, 'other', reachable)).toBe(status.UNAUTHENTICATED);
  });

  test('is told apart before its message is read', async () => {
    const { port } = await serve([ECHO]);
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    const stream = client.makeClientStreamRequest(
      '/test.Service/Echo',
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      new Metadata(),
      {},
      () => {},
    );
    const [{ code }] = await once(stream, 'status'); // nothing was sent but the metadata
    expect(code).toBe(status.UNAUTHENTICATED);
  });
});

describe('an error', () => {
  const failing = (error: unknown) => serve([echo('Fail', () => Promise.reject(error))]);

  test.each([
    [new UnknownQueueError('no'), status.NOT_FOUND],
    [new QueuePausedError('no'), status.FAILED_PRECONDITION],
    [new StatusError('RESOURCE_EXHAUSTED', 'no'), status.RESOURCE_EXHAUSTED],
    [new TypeError('secret internals'), status.INTERNAL],
  ])('%s has its code', async (error, code) => {
    const { port } = await failing(error);
    const answer = await call(port, 'test.Service/Fail', {});
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.details).not.toContain('secret');
  });

  test('has its details, and any text', async () => {
    const detail = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'WHY', domain: 'here' } as const;
    const { port } = await failing(new StatusError('NOT_FOUND', 'no „queue“\n\ud800', [detail]));
    const { error, trailer } = await call(port, 'test.Service/Fail', {});
    expect(error?.details).toBe('no „queue“\n\ufffd');
    const [bytes] = trailer.get('grpc-status-details-bin');
    const { code, details } = fromBinary(Status, bytes as Buffer);
    expect(code).toBe(status.NOT_FOUND);
    expect(anyUnpack(details[0] as never, REGISTRY)).toMatchObject({ reason: 'WHY', domain: 'here' });
  });

  test('has none where the operation gave none', async () => {
    const { port } = await failing(new StatusError('ALREADY_EXISTS', 'Queue already exists'));
    const { trailer } = await call(port, 'test.Service/Fail', {});
    expect(trailer.get('grpc-status-details-bin')).toEqual([]);
  });
});

test('the answer has the id of the call: the client’s, or a new one', async () => {
  const { port } = await serve([ECHO]);
  const idFor = async (given: string) => {
    const metadata = { authorization: 'Bearer root', 'x-request-id': given };
    return (await call(port, 'test.Service/Echo', {}, { metadata })).trailer.get('x-request-id');
  };
  expect(await idFor('abc-1')).toEqual(['abc-1']);
  expect(await idFor('a b')).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)]);
});

describe('an operation is aborted', () => {
  async function waiting() {
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const wait = echo('Wait', async (_, { signal }) => {
      started.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted.resolve();
      return {};
    });
    const { port } = await serve([wait]);
    return { port, started: started.promise, aborted: aborted.promise };
  }

  test('at its deadline', async () => {
    const { port, aborted } = await waiting();
    const { error } = await call(port, 'test.Service/Wait', {}, { deadline: 300 });
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
    await aborted;
  });

  test('when the client cancels or goes away', async () => {
    for (const leave of ['cancel', 'close'] as const) {
      const { port, started, aborted } = await waiting();
      const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
      const metadata = new Metadata();
      metadata.set('authorization', 'Bearer root');
      const running = client.makeUnaryRequest(
        '/test.Service/Wait',
        () => Buffer.alloc(0),
        (bytes) => bytes,
        {},
        metadata,
        () => {},
      );
      await started;
      if (leave === 'cancel') running.cancel();
      else client.close();
      if (leave === 'close') running.cancel();
      await aborted;
      client.close();
    }
  });
});

describe('a message', () => {
  test.each([
    ['truncated', toBinary(EchoRequest, create(EchoRequest, { name: 'a long name' })).subarray(0, 5)],
    ['of another wire type', Uint8Array.of(0x0d, 1, 2, 3, 4)],
    ['without end', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['with an endless number', new Uint8Array(64).fill(0xff)],
  ])('%s is an invalid argument', async (_, bytes) => {
    const { port } = await serve([ECHO]);
    const { error } = await call(port, 'test.Service/Echo', Buffer.from(bytes));
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
  });

  test('may have 2 MiB, and no more', async () => {
    const { port } = await serve([ECHO]);
    const sized = async (bytes: number) => call(port, 'test.Service/Echo', { body: Buffer.alloc(bytes) });
    expect((await sized(2_097_152 - 5)).response).toMatchObject({ length: '2097147' });
    expect((await sized(2_097_152)).error?.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('may be compressed, but not to become larger than that', async () => {
    const { port } = await serve([ECHO]);
    const options = { 'grpc.default_compression_algorithm': 2 };
    const sized = (bytes: number) => call(port, 'test.Service/Echo', { body: Buffer.alloc(bytes) }, { options });
    expect((await sized(1_000_000)).response).toMatchObject({ length: '1000000' });
    expect((await sized(3_000_000)).error?.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('must arrive in time', async () => {
    const { port } = await serve([ECHO]);
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer root');
    const identity = (bytes: Buffer) => bytes;
    const stream = client.makeClientStreamRequest('/test.Service/Echo', identity, identity, metadata, {}, () => {});
    const [{ code, details }] = await once(stream, 'status');
    expect([code, details]).toEqual([status.DEADLINE_EXCEEDED, expect.stringContaining('within 15 s')]);
  });
});

test('health checks need no credential, and tell a status', async () => {
  let reason: string | undefined;
  const { port } = await serve([ECHO], { readiness: async () => reason });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const check = (service: string) =>
    new Promise<unknown>((resolve) => {
      const request = () => Buffer.from(toBinary(HealthCheckRequest, create(HealthCheckRequest, { service })));
      const response = (bytes: Buffer) => fromBinary(HealthCheckResponse, bytes).status;
      client.makeUnaryRequest(HEALTH_CHECK, request, response, {}, (error, got) => resolve(error?.code ?? { got }));
    });
  expect(await check('')).toEqual({ got: 1 });
  expect(await check('test.Service')).toEqual({ got: 1 });
  expect(await check('another.Service')).toBe(status.NOT_FOUND);
  reason = 'the database is away';
  expect(await check('')).toEqual({ got: 2 });
});

test('closing lets a running call finish', async () => {
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const slow = echo('Slow', async () => {
    arrived.resolve();
    await finish.promise;
    return { name: 'done' };
  });
  const listening = await serve([slow]);
  const running = call(listening.port, 'test.Service/Slow', {});
  await arrived.promise;
  const closed = listening.close();
  finish.resolve();
  expect((await running).response).toMatchObject({ name: 'done' });
  await closed;
  expect((await call(listening.port, 'test.Service/Slow', {}, { deadline: 500 })).error?.code).not.toBe(status.OK);
});

test('a message of a few megabytes has no more fields than can be read in a moment', async () => {
  const { port } = await serve([ECHO]);
  const name = Buffer.from([0x0a, 0x00]); // an empty field 1, over and over
  const few = await call(port, 'test.Service/Echo', Buffer.alloc(2 * 50_000, name));
  expect(few.error).toBeUndefined();
  const many = await call(port, 'test.Service/Echo', Buffer.alloc(2 * 50_001, name));
  expect(many.error).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'the EchoRequest has too many fields' });
});
