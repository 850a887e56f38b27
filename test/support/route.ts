// A route to a database that a test can control: it can drop all traffic, be cut, and be redirected.

import net from 'node:net';
import pg from 'pg';

export interface Route {
  /** Connection string of the same database through this route. */
  url: string;
  port: number;
  /** Silently drops all traffic in both directions; new connections are accepted and stay silent. */
  freeze(): void;
  /** Passes new connections again; those that were silenced stay so. */
  thaw(): void;
  /** Redirects new connections to this database's server. */
  leadTo(url: string): void;
  /** Closes all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function openRoute(databaseUrl: string): Promise<Route> {
  const sockets = new Set<net.Socket>();
  let frozen = false;
  let target = addressOf(databaseUrl);
  const server = net.createServer((client) => {
    keep(client);
    if (frozen) return void client.pause();
    const upstream = keep(net.connect(target));
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const keep = (socket: net.Socket) => {
    sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: withPort(databaseUrl, port),
    port,
    freeze: () => {
      frozen = true;
      for (const socket of sockets) socket.unpipe().removeAllListeners('data').pause();
    },
    thaw: () => {
      frozen = false;
    },
    leadTo: (url) => {
      target = addressOf(url);
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The host and port that pg would connect to. */
export function addressOf(databaseUrl: string): net.NetConnectOpts {
  const { host, port } = new pg.Client(databaseUrl);
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

/** Returns the same database's connection string with a port of this machine. */
export function withPort(databaseUrl: string, port: number): string {
  const { user, password, database } = new pg.Client(databaseUrl);
  const login = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}`;
  return `postgresql://${login}@127.0.0.1:${port}/${database}`;
}
