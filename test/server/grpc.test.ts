// gRPC in a server: on its port or one of its own, with TLS, on a real database, and where its package is missing.

import { readFileSync } from 'node:fs';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { QueueV2, requestsV2, TaskV2 } from '../../src/cloud-tasks/schema/v2.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ConfigError } from '../../src/server/config-error.ts';
import { GrpcConnections } from '../../src/server/grpc-connections.ts';
import { openPorts } from '../../src/server/ports.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { makeCertificate } from '../support/certificate.ts';
import { useDatabase } from '../support/db.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { row } from '../support/sql.ts';

const { CreateQueueRequest, CreateTaskRequest } = requestsV2;

const database = useDatabase();
let login: string;
beforeAll(async () => {
  login = await newLogin(database.url, ['taskqueue_server']);
});
afterAll(() => dropLogins(database.url));

const TOKEN = 'the-token-of-the-server';
const PARENT = 'projects/p/locations/l';

async function setup(options: Partial<ServerOptions> = {}) {
  const server = createServer({ database: login, port: 0, token: TOKEN, logger: silentLogger, ...options });
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

/** A client of CloudTasks at a URL. */
function clientOf(url: string, channel = credentials.createInsecure()) {
  const client = new Client(new URL(url).host, channel);
  onTestFinished(() => client.close());
  const call = <Request extends typeof CreateQueueRequest | typeof CreateTaskRequest, Response>(
    method: string,
    request: Request,
    fields: MessageInitShape<Request>,
    read: (bytes: Buffer) => Response,
    metadata: Record<string, string> = {},
  ) =>
    new Promise<Response>((resolve, reject) => {
      const pairs = new Metadata();
      for (const [key, value] of Object.entries({ authorization: `Bearer ${TOKEN}`, ...metadata }))
        pairs.set(key, value);
      const bytes = Buffer.from(toBinary(request, create(request, fields) as never));
      client.makeUnaryRequest(
        `/google.cloud.tasks.v2.CloudTasks/${method}`,
        (given: Buffer) => given,
        read,
        bytes,
        pairs,
        { deadline: Date.now() + 20_000 },
        (error, answer) => (error ? reject(error) : resolve(answer as Response)),
      );
    });
  return {
    createQueue: (name: string, metadata?: Record<string, string>) =>
      call(
        'CreateQueue',
        CreateQueueRequest,
        { parent: PARENT, queue: create(QueueV2, { name: `${PARENT}/queues/${name}` }) },
        (bytes) => fromBinary(QueueV2, bytes),
        metadata,
      ),
    createTask: (queue: string, url: string) =>
      call(
        'CreateTask',
        CreateTaskRequest,
        {
          parent: `${PARENT}/queues/${queue}`,
          task: create(TaskV2, { messageType: { case: 'appEngineHttpRequest', value: { relativeUri: url } } }),
        },
        (bytes) => fromBinary(TaskV2, bytes),
      ),
  };
}

test('gRPC and REST share a port, the queues and the audit', async () => {
  const { url, grpcUrl } = await setup();
  expect(grpcUrl).toBe(url);
  const client = clientOf(grpcUrl);
  const queue = await client.createQueue('mail', { 'x-goog-request-reason': 'a new shop', 'x-request-id': 'call-7' });
  expect(queue.name).toBe(`${PARENT}/queues/mail`);
  const task = await client.createTask('mail', '/work');
  expect(task.name).toContain(`${PARENT}/queues/mail/tasks/`);
  const shown = await fetch(`${url}/v2/${task.name}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(await shown.json()).toMatchObject({ name: task.name });
  const entry = await row(
    database.pool,
    `select actor, reason, request_id from taskqueue.audit order by id desc limit 1`,
  );
  expect(entry).toEqual({
    actor: expect.stringContaining('server token'),
    reason: 'a new shop',
    request_id: 'call-7',
  });
  await expect(client.createQueue('mail')).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
});

test('gRPC may have a port of its own, and HTTP/1.1 is refused there', async () => {
  const { url, grpcUrl } = await setup({ grpcPort: 0 });
  expect(grpcUrl).not.toBe(url);
  expect((await clientOf(grpcUrl).createQueue('own-port')).name).toContain('own-port');
  expect((await fetch(`${grpcUrl}/healthz`)).status).toBe(421);
  await expect(clientOf(url).createQueue('other')).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('TLS serves both', async () => {
  const tls = makeCertificate();
  const { url, grpcUrl } = await setup({ tls });
  expect(url).toMatch(/^https:/);
  const channel = credentials.createSsl(readFileSync(tls.cert));
  const named = grpcUrl.replace('127.0.0.1', 'localhost');
  expect((await clientOf(named, channel).createQueue('secret')).name).toContain('secret');
});

test('a server without the role http serves no gRPC', async () => {
  const { url } = await setup({ roles: ['scheduler'] });
  await expect(clientOf(url).createQueue('none')).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
});

test.each([0, 101, 1.5, Number.NaN])('%d database connections are out of range', (httpConnections) => {
  expect(() => createServer({ database: login, httpConnections })).toThrow(ConfigError);
});

describe('without the package', () => {
  const missing = () => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    return { grpc: new GrpcConnections(async () => undefined, logger), warnings };
  };

  test('connections are refused with a reason, which is logged once', async () => {
    const { grpc, warnings } = missing();
    const ports = await openPorts(() => new Response('one'), { host: '127.0.0.1', port: 0, grpc });
    onTestFinished(() => ports.close());
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(clientOf(ports.url).createQueue('any')).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
        details: 'gRPC needs the package @grpc/grpc-js, which is not installed',
      });
    expect(warnings).toHaveLength(1);
    expect(await (await fetch(ports.url)).text()).toBe('one');
  });

  test('a port of its own is an error, and nothing stays open', async () => {
    const { grpc } = missing();
    const opening = openPorts(() => new Response(), { host: '127.0.0.1', port: 0, grpcPort: 0, grpc });
    await expect(opening).rejects.toThrow('@grpc/grpc-js');
  });
});
