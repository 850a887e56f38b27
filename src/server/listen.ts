// Serves a fetch-style application on a port, with time limits against slow or silent clients.

import type { Server as NodeServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** Answers requests, as a Hono application's `fetch` does. It also gets the address of the client. */
export type Fetch = (request: Request, from: { peer: string | undefined }) => Response | Promise<Response>;

/** An open port. */
export interface Listening {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, gives running requests a moment to finish, then closes all connections. */
  close(): Promise<void>;
}

/** Another program is already listening on the port. */
export class PortBusy extends Error {
  override readonly name = 'PortBusy';
  readonly code = 'EADDRINUSE';
  constructor(host: string, port: number, cause: unknown) {
    super(`port ${port} of ${host} is in use by another program`, { cause });
  }
}

const LIMITS = {
  headersTimeout: 5_000,
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
 * @throws PortBusy when the port is in use · any other error of the operating system
 */
export async function listen(
  fetch: Fetch,
  { host, port, moveBusyPort = false }: { host: string; port: number; moveBusyPort?: boolean },
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => fetch(request, { peer: incoming.socket.remoteAddress }),
    serverOptions: LIMITS,
  }) as NodeServer;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
  for (let candidate = port; ; candidate++) {
    try {
      await bind(server, host, candidate);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!moveBusyPort || candidate >= Math.min(port + 100, 65_535)) throw new PortBusy(host, candidate, error);
    }
  }
  const bound = (server.address() as AddressInfo).port;
  return { url: `http://${urlHost(host)}:${bound}`, port: bound, close: () => close(server) };
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

function close(server: NodeServer): Promise<void> {
  return new Promise((resolve) => {
    const closing = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    server.close(() => {
      clearTimeout(closing);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const urlHost = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
