// gRPC: a skin over the table of operations, on connections that a port hands over.

import type { Socket } from 'node:net';
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Operation } from '../cloud-tasks/operation.ts';
import { type AdmittedCalls, admission } from './admission.ts';
import { answers } from './answer.ts';
import type { GrpcCells } from './grpc-cell.ts';
import { answerHealthCheck, HEALTH_CHECK, HealthCheckRequest, HealthCheckResponse } from './health.ts';
import type { GrpcModule } from './load.ts';

export interface GrpcOptions extends GrpcCells {
  operations: readonly Operation[];
}

export interface GrpcService {
  /** Serves a connection, the first bytes of which are still to be read. */
  accept(socket: Socket): void;
  /** Starts no further calls, and lets running ones finish. */
  close(): void;
}

/** A task of 1 MB as bytes, and what else its message has. */
const MAX_MESSAGE_BYTES = 2_097_152;
const MAX_STREAMS = 100;

// Clients reconnect by themselves, so a connection that is idle or old costs them nothing when it goes. An old one may
// also be held by someone who never ends its calls.
const LIMITS = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_concurrent_streams': MAX_STREAMS,
  'grpc-node.max_session_memory': 16, // MB
  'grpc.max_connection_idle_ms': 300_000,
  'grpc.max_connection_age_ms': 1_800_000,
  'grpc.max_connection_age_grace_ms': 60_000,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
};

/** Creates the service; it does nothing before its first connection. */
export function createGrpcService(grpc: GrpcModule, options: GrpcOptions): GrpcService {
  const admitted: AdmittedCalls = new WeakMap();
  const byPath = new Map(options.operations.map((operation) => [pathOf(operation), operation]));
  const server = new grpc.Server({ ...LIMITS, interceptors: [admission(grpc, byPath, options.cellOf, admitted)] });
  for (const [path, operation] of byPath)
    server.register(path, answers(grpc, operation, admitted), writing(operation.response), (bytes) => bytes, 'unary');
  const services = new Set(options.operations.map(({ service }) => service));
  server.register(
    HEALTH_CHECK,
    answerHealthCheck(services, options.readiness),
    writing(HealthCheckResponse),
    (bytes) => fromBinary(HealthCheckRequest, bytes),
    'unary',
  );
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return {
    accept: (socket) => injector.injectConnection(socket),
    close: () => server.tryShutdown(() => {}),
  };
}

const pathOf = ({ service, name }: Operation) => `/${service}/${name}`;

function writing<Desc extends DescMessage>(desc: Desc) {
  return (message: MessageInitShape<Desc>) => {
    const { buffer, byteOffset, byteLength } = toBinary(desc, create(desc, message));
    return Buffer.from(buffer, byteOffset, byteLength);
  };
}
