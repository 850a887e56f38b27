// The ports of a server: one for HTTP/1.1 and gRPC, or one for each.

import type { GrpcConnections } from './grpc-connections.ts';
import { type Fetch, type Listening, type ListenOptions, listen } from './listen.ts';

export interface PortOptions extends Omit<ListenOptions, 'http2'> {
  /** Undefined: there is no gRPC. */
  grpc: GrpcConnections | undefined;
  /** Undefined: gRPC is served on the port of HTTP. */
  grpcPort?: number | undefined;
}

export interface OpenPorts {
  readonly url: string;
  /** Base URL of gRPC: that of HTTP, unless it has a port of its own. */
  readonly grpcUrl: string;
  close(): Promise<void>;
}

/** @throws what `listen` throws; ConfigError for a port for gRPC without @grpc/grpc-js */
export async function openPorts(fetch: Fetch, { grpc, grpcPort, ...rest }: PortOptions): Promise<OpenPorts> {
  if (!grpc || grpcPort === undefined) {
    const one = await listen(fetch, grpc ? { ...rest, http2: grpc } : rest);
    return { url: one.url, grpcUrl: one.url, close: () => one.close() };
  }
  await grpc.require();
  const http = await listen(fetch, rest);
  const own = await listen(onlyGrpc, { ...rest, port: grpcPort, http2: grpc }).catch((error) => closing(http, error));
  return {
    url: http.url,
    grpcUrl: own.url,
    close: async () => void (await Promise.all([http.close(), own.close()])),
  };
}

const onlyGrpc: Fetch = () => new Response('this port serves gRPC only\n', { status: 421 });

async function closing(opened: Listening, error: unknown): Promise<never> {
  await opened.close();
  throw error;
}
