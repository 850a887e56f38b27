import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { ExternalUrls } from '../../src/dispatcher/delivery/external-urls.ts';
import { RequestKeys } from '../../src/dispatcher/delivery/request-keys.ts';
import { Sender } from '../../src/dispatcher/delivery/sender.ts';
import { type DispatcherTarget, Targets } from '../../src/dispatcher/delivery/targets.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { fakeTarget, type Script } from '../../src/testing/fake-target.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { aDispatch } from './a-dispatch.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function aSender(target: DispatcherTarget | undefined, clock = systemClock) {
  const warn = vi.fn();
  const targets = new Targets(target === undefined ? {} : { default: target });
  const sender = new Sender({
    tokens: { authorization: async () => undefined },
    targets,
    externalUrls: new ExternalUrls(),
    keys: new RequestKeys({}, silentLogger),
    clock,
    logger: { ...silentLogger, warn },
    databaseNow: () => 1_700_000_000_000,
  });
  closing.push(() => sender.close());
  return { warn, send: (changes: Partial<Dispatch> = {}) => sender.send(aDispatch(changes)) };
}

async function setup(script: Script = []) {
  const target = await fakeTarget(script);
  closing.push(() => target.close());
  return { target, ...aSender(target.url) };
}

/** A server of raw bytes. `talk` receives each connection and its first data. */
async function rawTarget(talk: (socket: Socket, request: string) => void) {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => talk(socket, data.toString('latin1')));
    closing.push(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => server.close());
  return aSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const connectionError = { kind: 'failed', status: 0, reason: 'Connection Error', responded: false };
const tooLate = { kind: 'failed', status: 0, reason: 'Instance Unavailable', responded: false };

test('it sends the method, path, headers and stored bytes', async () => {
  const { target, send } = await setup();
  const body = Buffer.from([0, 255, 13, 10]);
  expect(await send({ method: 'PUT', url: '/a/b?c=d%20e&f', body, headers: { 'X-Order': '7' } })).toEqual({
    kind: 'completed',
    status: 200,
  });
  const [request] = target.requests;
  expect(request).toMatchObject({ method: 'PUT', url: '/a/b?c=d%20e&f', body });
  expect(request?.headers).toMatchObject({
    host: new URL(target.url).host,
    'content-type': 'application/octet-stream',
    'content-length': '4',
    'x-order': '7',
    'accept-encoding': 'identity',
    'x-appengine-taskname': 'task-1',
  });
  expect(request?.rawHeaders).toContain('X-AppEngine-TaskName');
});

test.each(['GET', 'HEAD', 'DELETE'])('%s is sent without a body', async (method) => {
  const { target, send } = await setup();
  expect(await send({ method })).toEqual({ kind: 'completed', status: 200 });
  expect(target.requests[0]).toMatchObject({ method, body: Buffer.alloc(0) });
});

test.each([301, 302, 307, 308])('a redirect (%i) is a failure and is not followed', async (status) => {
  const { target, send } = await setup(() => ({ status, headers: { location: '/elsewhere' } }));
  expect(await send()).toEqual({
    kind: 'failed',
    status,
    reason: 'App Error',
    responded: true,
    url: `${target.url}/send`,
  });
  expect(target.requests).toHaveLength(1);
});

test('a handler that does not answer in time has failed, whatever it answers later', async () => {
  const clock = new ManualClock();
  let answer = (_status: number) => {};
  const target = await fakeTarget(() => new Promise<number>((resolve) => (answer = resolve)));
  closing.push(() => target.close());
  const { send } = aSender(target.url, clock);
  const outcome = send({ dispatchDeadline: 15 });
  await eventually(() => target.requests.length === 1);
  clock.advance(14.999);
  expect(await Promise.race([outcome, 'under way'])).toBe('under way');
  clock.advance(0.001);
  answer(200);
  expect(await outcome).toMatchObject(tooLate);
});

test('no connection: refused, or reset during the response', async () => {
  expect(await aSender('http://127.0.0.1:1').send()).toMatchObject({ ...connectionError, unreachable: true });
  const { send } = await rawTarget((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-le');
    socket.resetAndDestroy();
  });
  expect(await send()).toMatchObject(connectionError);
});

test.each([
  ['cut short', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', true],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc', false],
  ['a bad chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc', false],
  ['no HTTP', 'hello\r\n\r\n', true],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', false],
])('a broken response (%s) is a failure', async (_name, answer, end) => {
  const { send } = await rawTarget((socket) => (end ? socket.end(answer) : socket.write(answer)));
  expect(await send()).toMatchObject(connectionError);
});

test('endless interim responses do not delay the deadline', async () => {
  const clock = new ManualClock();
  let interim = 0;
  const { url } = await (async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      const timer = setInterval(() => interim++ && socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 2);
      socket.on('close', () => clearInterval(timer));
      interim++;
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closing.push(() => server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  })();
  const outcome = aSender(url, clock).send({ dispatchDeadline: 15 });
  await eventually(() => interim > 5);
  clock.advance(15);
  expect(await outcome).toMatchObject(tooLate);
});

test('64 KB of an endless body are read; the status counts', async () => {
  let sent = 0;
  const { send } = await rawTarget((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const more = () => {
      while (!socket.destroyed && socket.write(chunk)) sent += 0x4000;
    };
    socket.on('drain', more);
    more();
  });
  expect(await send()).toEqual({ kind: 'completed', status: 200 });
  expect(sent).toBeLessThan(8 * 1024 * 1024);
});

/**
 * Runs in a thread of its own, because it must send while this one is busy. It answers /first twice with 200, and
 * everything else once with 500.
 */
const STRAY_SERVER = `
  const { parentPort } = require('node:worker_threads');
  const response = (status) => 'HTTP/1.1 ' + status + ' X\\r\\ncontent-length: 0\\r\\n\\r\\n';
  const server = require('node:net').createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (!data.toString().startsWith('POST /first')) return socket.write(response(500));
      socket.write(response(200));
      setTimeout(() => socket.write(response(200)), 2);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

test('a stray second response is not credited to the next task', async () => {
  const server = new Worker(STRAY_SERVER, { eval: true });
  closing.push(() => server.terminate());
  const [port] = await once(server, 'message');
  const { send } = aSender(`http://127.0.0.1:${port}`);
  for (let round = 0; round < 10; round++) {
    expect(await send({ url: '/first' })).toEqual({ kind: 'completed', status: 200 });
    const busyUntil = performance.now() + 15;
    while (performance.now() < busyUntil); // the stray response arrives, and the event loop cannot read it
    expect(await send({ url: '/second' })).toMatchObject({ kind: 'failed' });
  }
});

test('an unknown target is a failed attempt', async () => {
  expect(await aSender(undefined).send({ target: 'nowhere' })).toMatchObject({
    kind: 'failed',
    status: 0,
    reason: 'Unknown Target',
    responded: false,
    error: expect.stringContaining('set_target'),
  });
});

test('a header that cannot be sent fails the attempt, not the process', async () => {
  const { send } = await setup();
  expect(await send({ headers: { 'x-bad': 'a\r\nb: c' } })).toMatchObject(connectionError);
  expect(await send({ headers: { 'bad name': 'a' } })).toMatchObject(connectionError);
});

test('a fetch function gets the same request in this process', async () => {
  const seen: unknown[] = [];
  const { send } = aSender(async (request) => {
    const { method, url, headers } = request;
    seen.push(method, url, headers.get('x-appengine-queuename'), headers.get('content-length'), await request.text());
    return new Response('fine', { status: 201 });
  });
  expect(await send({ body: Buffer.from('hi'), url: '/x?y=1' })).toEqual({ kind: 'completed', status: 201 });
  expect(seen).toEqual(['POST', 'http://localhost/x?y=1', 'mail', '2', 'hi']);
});

test('a fetch function that throws counts as 500, and its error is logged', async () => {
  const { send, warn } = aSender(() => {
    throw new Error('bug');
  });
  expect(await send()).toMatchObject({ kind: 'failed', status: 500, reason: 'App Error', responded: true });
  expect(warn).toHaveBeenCalledOnce();
});

test("a handler that keeps only its request's signal is aborted too", async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const clock = new ManualClock();
  const aborted = vi.fn();
  const handler = async (request: Request) => {
    await request.text();
    request.signal.addEventListener('abort', aborted);
    return new Promise<Response>(() => {});
  };
  const { send } = aSender(handler, clock);
  const sent = send({ dispatchDeadline: 15, body: Buffer.from('x') });
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
  }
  clock.advance(15);
  expect(await sent).toMatchObject(tooLate);
  expect(aborted).toHaveBeenCalledOnce();
});

test('a fetch function that ends after its deadline has failed, and its signal aborts', async () => {
  const clock = new ManualClock();
  let signal: AbortSignal | undefined;
  let finish = (_response: Response) => {};
  const { send } = aSender((request) => {
    signal = request.signal;
    return new Promise((resolve) => (finish = resolve));
  }, clock);
  const outcome = send({ dispatchDeadline: 15 });
  await eventually(() => expect(signal).toBeDefined());
  clock.advance(15);
  finish(new Response());
  expect(await outcome).toMatchObject(tooLate);
  expect(signal?.aborted).toBe(true);
});

test('closing cuts off the attempts under way', async () => {
  const { target, send } = await setup(() => new Promise(() => {}));
  const outcome = send();
  await eventually(() => target.requests.length === 1);
  for (const close of closing.splice(0)) await close();
  expect(await outcome).toMatchObject({ ...connectionError, reason: 'Instance Unavailable' });
});
