import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Fetch, listen } from '../../src/server/listen.ts';

const host = '127.0.0.1';

async function setup(fetch: Fetch = () => new Response('hello'), port = 0, moveBusyPort = false) {
  const listening = await listen(fetch, { host, port, moveBusyPort });
  onTestFinished(() => listening.close());
  return listening;
}

test('it answers at its address', async () => {
  const { url } = await setup();
  expect(await (await fetch(url)).text()).toBe('hello');
});

test('a busy port is an error, or moved off when that is wanted', async () => {
  const first = await setup();
  await expect(setup(undefined, first.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const second = await setup(undefined, first.port, true);
  expect(second.port).toBeGreaterThan(first.port);
  expect((await fetch(second.url)).status).toBe(200);
});

test('headers beyond 16 KB are refused', async () => {
  const { url } = await setup();
  expect((await fetch(url, { headers: { long: 'x'.repeat(20_000) } })).status).toBe(431);
});

test('closing waits for a request that runs and cuts one that would not end', async () => {
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const listening = await setup(async (request) => {
    if (!request.url.endsWith('/slow')) await new Promise(() => {});
    arrived.resolve();
    await finish.promise;
    return new Response('done');
  });
  const endless = fetch(`${listening.url}/endless`).catch((error: unknown) => error);
  const slow = fetch(`${listening.url}/slow`);
  await arrived.promise;
  const closed = listening.close();
  finish.resolve();
  expect(await (await slow).text()).toBe('done');
  await closed;
  expect(await endless).toBeInstanceOf(Error);
});

test('a client that says nothing is let go', async () => {
  const { port } = await setup();
  const socket = connect(port, host);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text));
  });
  expect(answer).toContain('408');
});
