// A port that serves a small table of operations over gRPC, and a client of it.

import { create, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import { Client, credentials, type Metadata, Metadata as Pairs, type ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type { Authority } from '../../src/access/identify.ts';
import { createBackend } from '../../src/cloud-tasks/backend.ts';
import { ANY_HTTP_TASK } from '../../src/cloud-tasks/http-task-rules.ts';
import { type Operation, operation } from '../../src/cloud-tasks/operation.ts';
import { createGrpcService, type GrpcOptions } from '../../src/grpc/service.ts';
import { message } from '../../src/protobuf/define.ts';
import { bytes, string } from '../../src/protobuf/fields.ts';
import { listen } from '../../src/server/listen.ts';

export const EchoRequest = message('test.EchoRequest', { name: string(1), body: bytes(2) });
export const EchoResponse = message('test.EchoResponse', { name: string(1), length: string(2) });

type Run = Operation<typeof EchoRequest, typeof EchoResponse>['run'];

/** An operation `test.Service/<name>` on the queue that the request names. */
export const echo = (name: string, run: Run): Operation =>
  operation({
    ...{ service: 'test.Service', name, verb: 'POST', right: 'enqueue', paths: ['/v2/echo'] },
    request: EchoRequest,
    response: EchoResponse,
    queue: (request) => request.name,
    run,
  });

const HOLDER = { id: '3f2a', email: 'ada@example.com', scopes: [], rights: ['enqueue'], queues: ['mail-*'] };

/** The server's token is `root`; `tq_ada` may enqueue into `mail-*`. */
export const guarded: Authority = {
  token: 'root',
  bind: '127.0.0.1',
  lookUp: async (token) => (token === 'tq_ada' ? HOLDER : undefined),
};
export const open: Authority = { ...guarded, token: undefined };

const backend = createBackend(
  { query: () => Promise.reject(new Error('these operations use no database')) } as never,
  ANY_HTTP_TASK,
);

export async function serve(
  operations: Operation[],
  { authority = guarded, readiness = async () => undefined }: { authority?: Authority } & Partial<GrpcOptions> = {},
) {
  const http2 = createGrpcService(grpc, { operations, cellOf: () => ({ authority, backend }), readiness });
  const listening = await listen(() => new Response('one'), { host: '127.0.0.1', port: 0, http2 });
  onTestFinished(() => listening.close());
  return listening;
}

export interface Answer {
  response: Message | undefined;
  error: ServiceError | undefined;
  trailer: Metadata;
}

/** Calls a method, by default with the server's token; errors are returned. */
export function call(
  port: number,
  method: string,
  request: object | Buffer,
  { metadata = { authorization: 'Bearer root' } as Record<string, string>, options = {}, deadline = 10_000 } = {},
): Promise<Answer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const pairs = new Pairs();
  for (const [key, value] of Object.entries(metadata)) pairs.set(key, value);
  return new Promise((resolve) => {
    const answer: Partial<Answer> = {};
    client
      .makeUnaryRequest(
        `/${method}`,
        (given: object | Buffer) =>
          Buffer.isBuffer(given) ? given : Buffer.from(toBinary(EchoRequest, create(EchoRequest, given))),
        (got) => fromBinary(EchoResponse, got),
        request,
        pairs,
        { deadline: Date.now() + deadline },
        (error, response) => Object.assign(answer, { error: error ?? undefined, response }),
      )
      .on('status', ({ metadata: trailer }) => {
        client.close();
        setImmediate(() => resolve({ ...answer, trailer } as Answer));
      });
  });
}
