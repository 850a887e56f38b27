// A network between a program and its PostgreSQL that can silently hold back all packets and deliver them later; a
// route (route.ts) loses them for good.

import net from 'node:net';
import { addressOf, withPort } from './route.ts';

export interface TcpProxy {
  /** Connection string of the database through this proxy. */
  url: string;
  /** How many connections are open. */
  connections(): number;
  /** Silently holds back all packets in both directions, including those of new connections. */
  freeze(which?: 'all' | 'answers'): void;
  /** Delivers the packets held back. */
  thaw(): void;
  /** Cuts the program's side of every connection; the server's side stays open and silent. */
  cut(): void;
  close(): Promise<void>;
}

interface Pair {
  client: net.Socket;
  upstream: net.Socket;
}

export async function tcpProxy(databaseOf: string): Promise<TcpProxy> {
  const where = addressOf(databaseOf);
  const pairs = new Set<Pair>();
  const orphans = new Set<net.Socket>();
  let frozen: 'all' | 'answers' | undefined;
  const apply = ({ client, upstream }: Pair) => {
    if (frozen === 'all') client.pause();
    else client.resume();
    if (frozen) upstream.pause();
    else upstream.resume();
  };
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const upstream = net.connect({ ...where, allowHalfOpen: true });
    const pair = { client, upstream };
    pairs.add(pair);
    const end = () => {
      if (frozen || orphans.has(upstream)) return;
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => client.write(data));
    for (const socket of [client, upstream]) socket.on('error', end).on('end', end).on('close', end);
    apply(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: withPort(databaseOf, (server.address() as net.AddressInfo).port),
    connections: () => pairs.size,
    freeze(which = 'all') {
      frozen = which;
      for (const pair of pairs) apply(pair);
    },
    thaw() {
      frozen = undefined;
      for (const pair of pairs) apply(pair);
    },
    cut() {
      for (const { client, upstream } of pairs) {
        orphans.add(upstream.pause());
        client.destroy();
      }
      pairs.clear();
    },
    async close() {
      for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
      for (const upstream of orphans) upstream.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
