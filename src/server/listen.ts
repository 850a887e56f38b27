// Serves a fetch-style application on a port, and HTTP/2 beside it, with limits against slow, silent and many clients.

import type { Server as NodeServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createAdaptorServer } from '@hono/node-server';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { type TlsFiles, tlsOptions, watchCertificate } from './certificate.ts';
import { divideByProtocol } from './first-bytes.ts';
import { refuseHttp2 } from './http2-refusal.ts';

/** Answers requests, as a Hono application's `fetch` does. It also gets the address of the client. */
export type Fetch = (request: Request, from: { peer: string | undefined }) => Response | Promise<Response>;

/** Serves connections that speak HTTP/2. */
export interface Http2Handler {
  accept(socket: Socket): void;
  /** Lets running calls finish, and starts no others. The port cuts the connections after a moment. */
  close(): void;
}

const NO_HTTP2: Http2Handler = {
  accept: (socket) => refuseHttp2(socket, 'this port serves HTTP/1.1 only'),
  close() {},
};

/** An open port. */
export interface Listening {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, gives running requests a moment to finish, then closes all connections. */
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
  /** Take the next free port if this one is in use. */
  moveBusyPort?: boolean;
  /** Default: connections that speak HTTP/2 are refused. */
  http2?: Http2Handler;
  /** Undefined: without TLS. */
  tls?: TlsFiles | undefined;
  logger?: Logger;
}

/** Another program is already listening on the port. */
export class PortBusy extends Error {
  override readonly name = 'PortBusy';
  readonly code = 'EADDRINUSE';
  constructor(host: string, port: number, cause: unknown) {
    super(`port ${port} of ${host} is in use by another program`, { cause });
  }
}

/** A client may take this long for its first bytes, for the headers of a request, and for TLS. */
const BEGIN_MS = 5_000;
const LIMITS = {
  headersTimeout: BEGIN_MS,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
};
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 1_000;
const LINGER_MS = 1_000;

/**
 * Listens on the port, or with `moveBusyPort` on the next free one.
 *
 * @throws PortBusy when the port is in use · ConfigError for a certificate that cannot be used · any other error of the
 * operating system
 */
export async function listen(fetch: Fetch, options: ListenOptions): Promise<Listening> {
  const { host, tls, http2 = NO_HTTP2, logger = silentLogger } = options;
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => fetch(request, { peer: incoming.socket.remoteAddress }),
    ...(tls
      ? { createServer: createHttpsServer, serverOptions: { ...LIMITS, ...tlsOptions(tls, BEGIN_MS) } }
      : { serverOptions: LIMITS }),
  }) as NodeServer;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = connectionsOf(server);
  const closeSilent = divideByProtocol(server, BEGIN_MS, (socket) => http2.accept(socket));
  const unwatch = tls && watchCertificate(server as unknown as TlsServer, tls, logger);
  await bindFirstFree(server, options).catch((error) => {
    unwatch?.();
    throw error;
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${urlHost(host)}:${bound}`,
    port: bound,
    close: () => {
      unwatch?.();
      http2.close();
      closeSilent();
      return close(server, sockets);
    },
  };
}

/** The open connections, whatever they speak. */
function connectionsOf(server: NodeServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function bindFirstFree(server: NodeServer, { host, port, moveBusyPort = false }: ListenOptions): Promise<void> {
  for (let candidate = port; ; candidate++) {
    try {
      return await bind(server, host, candidate);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!moveBusyPort || candidate >= Math.min(port + 100, 65_535)) throw new PortBusy(host, candidate, error);
    }
  }
}

function bind(server: NodeServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: NodeServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const closing = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, LINGER_MS);
    server.close(() => {
      clearTimeout(closing);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const urlHost = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
