// Which hosts a connection string names, and that each is asked by its own name.

import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { readHosts } from '../../src/postgres/hosts.ts';
import { PrimaryClient } from '../../src/postgres/primary-client.ts';

const at = (...hosts: [string, number][]) => hosts.map(([host, port]) => ({ host, port }));

test.each([
  ['postgresql://app@a,b/shop', at(['a', 5432], ['b', 5432]), 'postgresql://app@a:5432/shop'],
  ['postgres://a:1,b:2', at(['a', 1], ['b', 2]), 'postgres://a:1'],
  [
    'postgresql://u:p%40,x@a,[::1]:7/d?sslmode=disable',
    at(['a', 5432], ['::1', 7]),
    'postgresql://u:p%40,x@a:5432/d?sslmode=disable',
  ],
  ['postgresql://%2Ftmp%2Fone,b/d', at(['/tmp/one', 5432], ['b', 5432]), 'postgresql://%2Ftmp%2Fone:5432/d'],
  [
    'postgresql:///d?host=a,b&port=1,2&target_session_attrs=any',
    at(['a', 1], ['b', 2]),
    'postgresql://a:1/d?target_session_attrs=any',
  ],
  ['postgresql://a,b/d?port=9', at(['a', 9], ['b', 9]), 'postgresql://a:9/d'],
])('%s', (url, hosts, first) => {
  const read = readHosts(url);
  expect(read.hosts).toEqual(hosts);
  expect(read.config.connectionString).toBe(first);
  const { host, port } = new PrimaryClient(url);
  expect({ host, port }).toEqual(hosts[0]);
});

test('settings name several hosts as well', () => {
  expect(readHosts({ host: 'a,b', port: '1,2', user: 'u' })).toEqual({
    config: { host: 'a', port: 1, user: 'u' },
    hosts: at(['a', 1], ['b', 2]),
  });
});

test.each([
  'postgresql://u@a:1/d',
  'postgresql:///d',
  'postgresql://u:p,q@a/d?application_name=x,y',
  'socket:/tmp?db=d',
])('one host is left to pg: %s', (url) => {
  expect(readHosts(url)).toEqual({ config: { connectionString: url }, hosts: [] });
});

test.each([
  ['postgresql://a,b/d?port=1,2,3', 'there must be one port, or one for each of the 2 hosts, got 3 ports'],
  ['postgresql://a:0,b/d', 'a port must be a whole number from 1 to 65535, got 0'],
  [
    'postgresql://a,b/d?target_session_attrs=standby',
    'target_session_attrs must be any, read-write or primary, got standby',
  ],
])('%s is refused', (url, sentence) => expect(() => readHosts(url)).toThrow(sentence));

test('TLS asks each host for its own name', async () => {
  const hellos: Record<string, Buffer> = {};
  const one = await tlsServer('127.0.0.1', (hello) => (hellos.one = hello));
  const other = await tlsServer('localhost', (hello) => (hellos.other = hello));
  const url = `postgresql://u:p@127.0.0.1:${one},localhost:${other}/d?sslmode=verify-full`;
  await expect(
    new PrimaryClient({ connectionString: url, connectionTimeoutMillis: 5_000 }).connect(),
  ).rejects.toThrow();
  expect(hellos.one?.includes('localhost')).toBe(false);
  expect(hellos.other?.includes('localhost')).toBe(true);
});

/** Says yes to TLS, and shows the first message of it. */
async function tlsServer(host: string, heard: (hello: Buffer) => void): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S');
      socket.once('data', (hello) => {
        heard(hello);
        socket.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as net.AddressInfo).port;
}
