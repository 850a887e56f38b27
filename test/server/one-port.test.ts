// One port for HTTP/1.1 and HTTP/2: the first bytes decide, the limits hold for both, and closing ends both.

import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { watchCertificate } from '../../src/server/certificate.ts';
import { ConfigError } from '../../src/server/config-error.ts';
import { type Http2Handler, type ListenOptions, listen } from '../../src/server/listen.ts';
import { makeCertificate } from '../support/certificate.ts';

const host = '127.0.0.1';

/** Serves HTTP/2 with Node's own server, which answers `two`. */
function http2Handler(): Http2Handler & { server: http2.Http2Server } {
  const server = http2.createServer((_, response) => response.end('two'));
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return {
    server,
    accept: (socket) => server.emit('connection', socket),
    close: () => {
      for (const session of sessions) session.close();
    },
  };
}

async function setup(options: Partial<ListenOptions> = {}) {
  const fetch = async (request: Request) => {
    if (request.url.endsWith('/endless')) await new Promise(() => {});
    return new Response(`one ${await request.text()}`);
  };
  const listening = await listen(fetch, { host, port: 0, http2: http2Handler(), ...options });
  onTestFinished(() => listening.close());
  return listening;
}

/** Sends text, in pieces, and returns what comes back until the connection ends. */
async function raw(port: number, ...pieces: string[]) {
  const socket = connect(port, host);
  let text = '';
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  return text;
}

async function getHttp2(url: string, options: http2.ClientSessionOptions & tls.ConnectionOptions = {}) {
  const session = http2.connect(url, options);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':path': '/' });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  await once(stream, 'close');
  return text;
}

describe('the first bytes', () => {
  test('decide between HTTP/1.1 and HTTP/2', async () => {
    const { url } = await setup();
    expect(await (await fetch(url, { method: 'POST', body: 'body' })).text()).toBe('one body');
    expect(await getHttp2(url)).toBe('two');
  });

  test('may come one by one', async () => {
    const { port } = await setup();
    const request = 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await raw(port, ...request.slice(0, 4), request.slice(4))).toContain('one');
    const [answer] = await Promise.all([raw(port, 'PRI * HTTP/2.', '1\r\n\r\n')]);
    expect(answer).toContain('400 Bad Request');
  });

  test('must come within the limit', async () => {
    const { port } = await setup();
    const started = performance.now();
    expect(await Promise.all([raw(port), raw(port, 'PRI * HT')])).toEqual(['', '']);
    expect(performance.now() - started).toBeGreaterThan(4_900);
  });

  test('of a client that ends at once are no error', async () => {
    const { port, url } = await setup();
    for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const socket = connect(port, host);
      await once(socket, 'connect');
      end(socket);
      await once(socket, 'close');
    }
    expect((await fetch(url)).status).toBe(200);
  });

  test('of HTTP/2 are refused in its own words where nothing serves it', async () => {
    const listening = await listen(() => new Response('one'), { host, port: 0 });
    onTestFinished(() => listening.close());
    const session = http2.connect(listening.url);
    const [[headers]] = await Promise.all([
      once(session.request({ ':method': 'POST' }), 'response'),
      once(session, 'close'),
    ]);
    expect(headers).toMatchObject({ 'grpc-status': '12', 'grpc-message': 'this%20port%20serves%20HTTP/1.1%20only' });
  });
});

describe('the limits of HTTP/1.1 hold behind the first bytes', () => {
  test('on the time for headers, and for a request', async () => {
    const { port } = await setup();
    const [slowHeaders, slowBody] = await Promise.all([
      raw(port, 'POST / HTTP/1.1\r\nHost: localhost\r\n'),
      raw(port, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc'),
    ]);
    expect(slowHeaders).toContain('408');
    expect(slowBody).toContain('408');
  });

  test('on the number of headers and their size', async () => {
    const { port } = await setup();
    const many = `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${'a: b\r\n'.repeat(1_500)}\r\n`;
    expect(await raw(port, many)).toContain('431');
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toContain('431');
  });

  test('on idle connections', async () => {
    const { port } = await setup();
    expect(await raw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')).toContain('one');
  });
});

test('connections of both protocols, and silent ones, count towards the limit', async () => {
  const { port, url } = await setup();
  expect(await getHttp2(url)).toBe('two');
  const silent = await Promise.all(
    Array.from({ length: 999 }, async () => {
      const socket = connect(port, host).on('error', () => {});
      await once(socket, 'connect');
      return socket;
    }),
  );
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
  });
  expect(await raw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('');
  silent.pop()?.destroy();
  await expect
    .poll(() =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
});

test('closing ends silent connections and idle sessions at once, and cuts the rest', async () => {
  const listening = await setup();
  const silent = connect(listening.port, host).on('error', () => {});
  await once(silent, 'connect');
  const session = http2.connect(listening.url);
  await once(session, 'connect');
  const endless = fetch(`${listening.url}/endless`).catch((error: unknown) => error);
  await Promise.all([listening.close(), once(session, 'close'), once(silent, 'close')]);
  expect(await endless).toBeInstanceOf(Error);
  await expect(fetch(listening.url)).rejects.toThrow();
});

describe('with TLS', () => {
  const insecure = { rejectUnauthorized: false };

  function agreed(port: number, offered?: string[]) {
    return new Promise<string | false | null>((resolve, reject) => {
      const socket = tls.connect({ port, host, ...insecure, ...(offered && { ALPNProtocols: offered }) });
      socket.once('secureConnect', () => {
        resolve(socket.alpnProtocol);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }

  test('HTTP/1.1 is spoken with whoever offers it, and HTTP/2 with whoever offers nothing else', async () => {
    const { port } = await setup({ tls: makeCertificate() });
    expect(await agreed(port, ['h2', 'http/1.1'])).toBe('http/1.1');
    expect(await agreed(port, ['http/1.1'])).toBe('http/1.1');
    expect(await agreed(port, ['h2'])).toBe('h2');
    expect(await agreed(port)).toBe(false);
    await expect(agreed(port, ['spdy/3'])).rejects.toThrow();
  });

  test('both protocols are served', async () => {
    const { url } = await setup({ tls: makeCertificate() });
    expect(url).toMatch(/^https:/);
    const response = await new Promise<string>((resolve, reject) => {
      https.get(url, insecure, (got) => got.setEncoding('utf8').on('data', resolve)).on('error', reject);
    });
    expect(response).toBe('one ');
    expect(await getHttp2(url, { ...insecure, ALPNProtocols: ['h2'] })).toBe('two');
  });

  test('a client that does not finish its handshake is let go', async () => {
    const { port } = await setup({ tls: makeCertificate() });
    expect(await raw(port)).toBe('');
    expect(await raw(port, 'GET / HTTP/1.1\r\n\r\n')).toBe('');
  });

  test('a changed certificate is used for new connections, and one that does not fit its key is not', async () => {
    const first = makeCertificate('first');
    const second = makeCertificate('second');
    const server = tls.createServer({ cert: readFileSync(first.cert), key: readFileSync(first.key) });
    server.on('tlsClientError', () => {}).listen(0, host);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    onTestFinished(watchCertificate(server, first, logger, 20));
    const { port } = server.address() as { port: number };
    const subject = () =>
      new Promise<unknown>((resolve, reject) => {
        const socket = tls.connect({ port, host, ...insecure }, () => {
          resolve(socket.getPeerCertificate().subject.CN);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    expect(await subject()).toBe('first');
    copyFileSync(second.cert, first.cert);
    await expect.poll(() => warnings.length).toBeGreaterThan(0);
    expect(await subject()).toBe('first');
    copyFileSync(second.key, first.key);
    await expect.poll(subject).toBe('second');
  });

  test('files that are missing, or no PEM, are named at the start', async () => {
    const { cert, key } = makeCertificate();
    await expect(setup({ tls: { cert: `${cert}.gone`, key } })).rejects.toThrow(/TLS certificate.*gone/);
    writeFileSync(key, 'not a key');
    await expect(setup({ tls: { cert, key } })).rejects.toBeInstanceOf(ConfigError);
  });
});
