// A leader that is lost while its queue is full: its slots come back when its requests cannot be under way any more,
// and no sooner.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { type TestDatabase, useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const databases = { killed: useDatabase(), cutOff: useDatabase(), stopped: useDatabase(), back: useDatabase() };
const ends: (() => unknown)[] = [];
/** The tests run concurrently, so what they share lives as long as the last of them. */
const atTheEnd = (end: () => unknown) => ends.unshift(end);
afterAll(async () => {
  for (const end of ends) await end();
});

/** A target whose first request takes this long, and which counts its concurrent requests. */
async function aTarget(firstSeconds: number) {
  const seen = { began: [] as number[], ended: [] as number[], now: 0, most: 0, url: '' };
  const server = createServer((request, response) => {
    seen.began.push(performance.now());
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    response.on('close', () => {
      seen.ended.push(performance.now());
      seen.now -= 1;
    });
    request.resume();
    setTimeout(() => response.end(), seen.began.length === 1 ? firstSeconds * 1000 : 10);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  seen.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  atTheEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return seen;
}

async function startProcess(databaseUrl: string, targetUrl: string): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'dispatcher-process.ts');
  const child = spawn(process.execPath, [script, databaseUrl, targetUrl], { stdio: ['pipe', 'pipe', 'inherit'] });
  atTheEnd(() => child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

/** A queue for one request at a time with two tasks; the first is under way from a process of its own. */
async function scene(database: TestDatabase, leaderUrl: string, firstSeconds: number) {
  const seen = await aTarget(firstSeconds);
  await database.pool.query(`select taskqueue.create_queue('single', rate => '10/s', max_concurrent_requests => 1)`);
  const child = await startProcess(leaderUrl, seen.url);
  await database.pool.query(`select taskqueue.add('single', name => 'first', transactional => false)`);
  await eventually(() => seen.now === 1);
  await database.pool.query(`select taskqueue.add('single', name => 'second', transactional => false)`);
  const second = async () =>
    (await database.pool.query(`select from taskqueue.tasks where name = 'second'`)).rowCount === 0;
  return {
    seen,
    child,
    async startAnother(): Promise<void> {
      const other = new Dispatcher({ database: database.url, targets: { default: seen.url }, pollSeconds: 0.05 });
      await other.start();
      atTheEnd(() => other.stop({ deadlineSeconds: 1 }));
    },
    explained: async () =>
      (await database.pool.query(`select reason, detail from taskqueue.explain_task('single', 'second')`)).rows[0],
    /** Seconds until the second task is done. */
    async done(): Promise<number> {
      const from = performance.now();
      await eventually(second, { timeoutMs: 80_000, everyMs: 100 });
      return (performance.now() - from) / 1000;
    },
  };
}

describe.concurrent('one request at a time', () => {
  test('its dispatcher is killed: the slot comes back after half a minute, and explain_task shows its holder', async () => {
    const { seen, child, startAnother, explained, done } = await scene(databases.killed, databases.killed.url, 600);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await startAnother();
    await eventually(async () =>
      expect(await explained()).toMatchObject({
        reason: 'concurrency',
        detail: expect.stringContaining('1 of a dispatcher that is gone'),
      }),
    );
    await done();
    const [, second = 0] = seen.began;
    expect(second - (seen.ended[0] ?? 0)).toBeGreaterThan(30_000);
    expect(seen.most).toBe(1);
  });

  test('its dispatcher loses the database for good: it cuts the request off before another starts', async () => {
    const proxy = await tcpProxy(databases.cutOff.url);
    atTheEnd(() => proxy.close());
    const { seen, startAnother, done } = await scene(databases.cutOff, proxy.url, 600);
    await startAnother();
    proxy.freeze();
    await done();
    expect(seen.most).toBe(1);
    expect(seen.ended[0]).toBeLessThan(seen.began[1] ?? 0);
  });

  test('its dispatcher stops and waits for it: the request counts until it has ended', async () => {
    const { seen, child, startAnother, done } = await scene(databases.stopped, databases.stopped.url, 50);
    await startAnother();
    child.stdin?.end(); // it stops
    await done();
    expect(seen.most).toBe(1);
    expect((seen.ended[0] ?? 0) - (seen.began[0] ?? 0)).toBeGreaterThan(49_000);
    expect(seen.ended[0]).toBeLessThan(seen.began[1] ?? 0);
  });

  test('its dispatcher loses its connections and reconnects: the request counts until it has ended', async () => {
    const proxy = await tcpProxy(databases.back.url);
    atTheEnd(() => proxy.close());
    const { seen, startAnother, explained, done } = await scene(databases.back, proxy.url, 55);
    await startAnother();
    proxy.cut();
    await sleep(20_000);
    expect(await explained()).toMatchObject({
      reason: 'concurrency',
      detail: expect.stringContaining('1 of the dispatcher of session'),
    });
    await done();
    expect(seen.most).toBe(1);
    expect((seen.ended[0] ?? 0) - (seen.began[0] ?? 0)).toBeGreaterThan(54_000);
    expect(seen.ended[0]).toBeLessThan(seen.began[1] ?? 0);
  });
});
