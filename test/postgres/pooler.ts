// A session-mode pooler that only changes the startup packet; everything after it passes unchanged.

import net from 'node:net';
import pg from 'pg';
import { databaseUrl } from '../../src/embedded/state-file.ts';

/** A route to the database that treats startup options as poolers do, or passes them; all else passes unchanged. */
export async function openPooler(databaseOf: string, manner: 'refuse' | 'drop' | 'pass') {
  const direct = new pg.Client(databaseOf) as unknown as { host: string; port: number };
  const where = direct.host.startsWith('/')
    ? { path: `${direct.host}/.s.PGSQL.${direct.port}` }
    : { host: direct.host, port: direct.port };
  let refused = 0;
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    client.on('error', () => {});
    client.once('data', (startup) => {
      const at = startup.indexOf('\0options\0');
      if (at >= 0 && manner === 'refuse') {
        refused += 1;
        client.end(fatal('08P01', 'unsupported startup parameter in options: search_path'));
        return;
      }
      const upstream = net.connect({ ...where, allowHalfOpen: true } as net.NetConnectOpts);
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
      upstream.write(at < 0 || manner === 'pass' ? startup : withoutOptions(startup));
      client.pipe(upstream).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl('postgres://127.0.0.1', new URL(databaseOf).pathname.slice(1)));
  const { username, password } = new URL(databaseOf);
  Object.assign(url, { username, password, port: String((server.address() as net.AddressInfo).port) });
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: url.toString(), refused: () => refused, close };
}

function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

function withoutOptions(startup: Buffer): Buffer {
  const parts = startup.subarray(8).toString('latin1').split('\0');
  const at = parts.indexOf('options');
  parts.splice(at, 2);
  const rest = Buffer.from(parts.join('\0'), 'latin1');
  const head = Buffer.from(startup.subarray(0, 8));
  head.writeInt32BE(rest.length + 8, 0);
  return Buffer.concat([head, rest]);
}
