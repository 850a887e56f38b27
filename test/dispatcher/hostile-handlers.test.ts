import { once } from 'node:events';
import fs from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExternalUrls } from '../../src/dispatcher/delivery/external-urls.ts';
import { RequestKeys } from '../../src/dispatcher/delivery/request-keys.ts';
import { Sender } from '../../src/dispatcher/delivery/sender.ts';
import { Targets } from '../../src/dispatcher/delivery/targets.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { aDispatch } from './a-dispatch.ts';
import { useDispatchers } from './harness.ts';
import { type Cancellation, HOSTILE_HANDLERS, type HostileHandler } from './hostile-handlers.ts';

const DEADLINE = 15;
/** The kernel's buffers and the read limit: a handler cannot send more. */
const MOST_SENT = 16 * 1024 * 1024;

interface Running extends HostileHandler {
  url: string;
  /** Connections that it has written to. */
  talks: number;
  sockets: Set<Socket>;
  server: Server;
}

async function run(handler: HostileHandler): Promise<Running> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const talk = () => {
      running.talks += 1;
      handler.talk(socket);
    };
    if (handler.connect) talk();
    else socket.on('data', (data) => data.toString('latin1', 0, 5) === 'POST ' && talk());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running: Running = { ...handler, url, talks: 0, sockets, server };
  return running;
}

let handlers: Running[];
beforeAll(async () => {
  handlers = await Promise.all(HOSTILE_HANDLERS.map(run));
});
beforeEach(() => {
  for (const handler of handlers) handler.talks = 0;
});
afterAll(() => {
  for (const { server, sockets } of handlers) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
});

const found = (does: string) => handlers.find((handler) => handler.does === does) as Running;

function aSender(target: string) {
  const clock = new ManualClock();
  const sender = new Sender({
    tokens: { authorization: async () => undefined },
    targets: new Targets({ default: target }),
    externalUrls: new ExternalUrls(),
    keys: new RequestKeys({}, silentLogger),
    clock,
    logger: silentLogger,
    databaseNow: () => 1_700_000_000_000,
  });
  const send = (changes = {}) =>
    sender.send(aDispatch({ dispatchDeadline: DEADLINE, body: Buffer.from('payload'), ...changes }));
  return { clock, sender, send };
}

function outcomeOf(ends: Cancellation) {
  if (typeof ends === 'string') return { kind: 'failed', status: 0, reason: ends, responded: false };
  return ends < 300
    ? { kind: 'completed', status: ends }
    : { kind: 'failed', status: ends, reason: 'App Error', responded: true };
}

test.each(HOSTILE_HANDLERS)('a handler that $does: $ends', async ({ does, ends }) => {
  const handler = found(does);
  const { clock, sender, send } = aSender(handler.url);
  const outcome = send();
  if (ends === 'Instance Unavailable') {
    await eventually(() => expect(handler.talks).toBe(1));
    clock.advance(DEADLINE);
  }
  expect(await outcome).toMatchObject(outcomeOf(ends));
  expect(handler.talks).toBe(1);
  await sender.close();
  for (const { bytesWritten, writableLength } of handler.sockets)
    expect(bytesWritten - writableLength).toBeLessThan(MOST_SENT);
});

test('no handler makes the dispatcher hold what it sends in memory', async () => {
  const before = process.memoryUsage().rss;
  for (const does of [
    'sends a gzip bomb',
    'sends a brotli bomb',
    'sends a body without an end',
    'sends 10000 headers',
  ]) {
    const { sender, send } = aSender(found(does).url);
    for (let i = 0; i < 5; i++) await send();
    await sender.close();
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test('docs/internals/delivery.md lists all of them', () => {
  const text = fs.readFileSync(new URL('../../docs/internals/delivery.md', import.meta.url), 'utf8');
  const became = (ends: Cancellation) =>
    typeof ends === 'string' ? `no answer: ${ends}` : `${ends}: ${ends < 300 ? 'done' : 'retried'}`;
  const missing = HOSTILE_HANDLERS.map(({ does, ends }) => `| ${does} | ${became(ends)} |`).filter(
    (row) => !text.includes(row),
  );
  expect(missing).toEqual([]);
});

describe('connections that are kept open', () => {
  /** Answers the first request of each connection, and handles the second with this. */
  async function second(does: (socket: Socket) => void) {
    const requests: string[] = [];
    const server = createServer((socket) => {
      let count = 0;
      socket.on('error', () => {});
      socket.on('data', (data) => {
        requests.push(data.toString('latin1').split(' ', 1)[0] as string);
        if (count++ === 0) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        else does(socket);
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { requests, server, ...aSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) };
  }

  test.each(['GET', 'POST', 'PUT', 'DELETE'])(
    'one that is closed after it was idle fails the attempt: %s is not sent again by itself',
    async (method) => {
      const { requests, server, sender, send } = await second((socket) => socket.resetAndDestroy());
      expect(await send({ method })).toMatchObject({ kind: 'completed' });
      expect(await send({ method })).toMatchObject({ kind: 'failed', reason: 'Connection Error' });
      expect(requests).toEqual([method, method]);
      expect(await send({ method })).toMatchObject({ kind: 'completed' }); // on a new connection
      await sender.close();
      server.close();
    },
  );

  test('after a response that was too long, the connection is not used again', async () => {
    const { sender, send } = aSender(found('sends more than its length: what is over belongs to no task').url);
    for (let i = 1; i <= 3; i++) {
      expect(await send()).toMatchObject({ kind: 'completed', status: 200 });
      await eventually(() =>
        expect(found('sends more than its length: what is over belongs to no task').talks).toBe(i),
      );
    }
    await sender.close();
  });
});

describe('targets that are not HTTP servers', () => {
  test.each([
    ['a plain port, by TLS', () => found('speaks HTTP/1.0').url.replace('http:', 'https:')],
    ['a port where nobody listens', () => 'http://127.0.0.1:1'],
    ['a name that does not resolve', () => 'http://no-such-host.invalid'],
  ])('%s', async (_what, url) => {
    const { sender, send } = aSender(url());
    expect(await send()).toMatchObject({
      kind: 'failed',
      status: 0,
      reason: 'Connection Error',
      responded: false,
      error: expect.stringMatching(/./),
    });
    await sender.close();
  });
});

test('a response that arrives before the whole request was sent counts', async () => {
  const early = await run({
    does: '',
    ends: 200,
    connect: true,
    talk: (socket) => socket.pause().write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
  });
  const { sender, send } = aSender(early.url);
  const outcome = await send({ body: Buffer.alloc(20 * 1024 * 1024) });
  expect(outcome).toMatchObject({ kind: 'completed', status: 200 });
  await sender.close();
  early.server.close();
  for (const socket of early.sockets) socket.destroy();
});

describe('all of them together', () => {
  const harness = useDispatchers();

  test('each task has its outcome, and a healthy task of another queue runs meanwhile', async () => {
    const clock = new ManualClock();
    const targets = Object.fromEntries(handlers.map(({ url }, i) => [`hostile-${i}`, url]));
    const dispatcher = harness.dispatcher({ clock, targets: { ...targets, default: harness.target.url } });
    await harness.createQueue('hostile');
    await harness.createQueue('healthy');
    for (const i of handlers.keys())
      await harness.add('hostile', { name: `hostile-${i}`, target: `hostile-${i}`, dispatch_deadline: DEADLINE });
    await harness.add('healthy', { url: '/fine' });
    const pass = dispatcher.runOnce();
    const late = handlers.filter(({ ends }) => ends === 'Instance Unavailable');
    const others = () => harness.tasks('hostile').then((tasks) => tasks.filter(({ state }) => state === 'dispatched'));
    await expect.poll(async () => (await others()).length).toBe(late.length);
    expect(await harness.tasks('healthy')).toEqual([]); // done, while those are still under way
    clock.advance(DEADLINE);
    await pass;
    const { rows } = await harness.database.pool.query('select name, last_status, retry_reason from taskqueue._tasks');
    const left = new Map(rows.map(({ name, last_status, retry_reason }) => [name, last_status || retry_reason]));
    expect(handlers.map(({ does }, i) => [does, left.get(`hostile-${i}`)])).toEqual(
      handlers.map(({ does, ends }) => [does, typeof ends === 'number' && ends < 300 ? undefined : ends]),
    );
  });
});
