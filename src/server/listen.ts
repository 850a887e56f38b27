// Serving a fetch-style application on a port, with the time limits that keep slow or silent clients from holding it.

import type { Server as NodeServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** What answers requests: a Hono application's `fetch`, or anything shaped like it. It is told the address of who is connected. */
export type Fetch = (request: Request, from: { peer: string | undefined }) => Response | Promise<Response>;

/** A port that is being listened on. */
export interface Listening {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, lets running requests finish for a moment, then cuts what is left. */
  close(): Promise<void>;
}

/** Another program listens on the port already. */
export class PortBusy extends Error {
  override readonly name = 'PortBusy';
  readonly code = 'EADDRINUSE';
  constructor(host: string, port: number, cause: unknown) {
    super(`port ${port} of ${host} is busy: another program listens there`, { cause });
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
 * @throws PortBusy when the port is taken, and what else the operating system answers
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
    const cut = setTimeout(() => server.closeAllConnections(), LINGER_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

const urlHost = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
