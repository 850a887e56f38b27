// A leader that is connected but silent: suspended, behind a network that drops its packets, or busy. Its queues change
// hands within twelve seconds, and when it comes back, no queue exceeds its rate or concurrency.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { type FakeTarget, fakeTarget } from '../../src/testing/fake-target.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';

const MOST_SECONDS = 12;
const RATE = 10;
const BURST = 5;
const PLACES = 4;
/** One token that is gained while a claim is under way, and the difference between two clocks. */
const MOST_EXCESS = 2;
const HUNDRED_TIMES_ONE_MB = `with added as (
    select * from taskqueue.add_tasks('flow', (select jsonb_agg(jsonb_build_object('url', '/' || i)) from generate_series(1, 100) as i), transactional => false))
  select count(*) from added`;

const databases = {
  stopped: useDatabase(),
  vanished: useDatabase(),
  large: useDatabase(),
  dead: useDatabase(),
  late: useDatabase(),
};

const ends: (() => unknown)[] = [];
/** The tests run concurrently, so what they share lives as long as the last of them. */
const atTheEnd = (end: () => unknown) => ends.unshift(end);
afterAll(async () => {
  for (const end of ends) await end();
});

/** The requests that the target of one test receives. */
interface Seen {
  at: number[];
  now: number;
  most: number;
  urls: Set<string>;
}

/** By how many requests the worst window exceeds burst + rate · window. */
function excess(times: number[]): number {
  return Math.max(
    ...times.flatMap((from, i) => times.slice(i).map((to, more) => more + 1 - (BURST + (RATE * (to - from)) / 1000))),
  );
}

async function aTarget(): Promise<{ target: FakeTarget; seen: Seen }> {
  const seen: Seen = { at: [], now: 0, most: 0, urls: new Set() };
  const target = await fakeTarget();
  target.answer(async ({ url, at }) => {
    seen.at.push(at);
    seen.urls.add(url);
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await sleep(200);
    seen.now -= 1;
    return 200;
  });
  atTheEnd(() => target.close());
  return { target, seen };
}

async function startProcess(databaseUrl: string, targetUrl: string): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'dispatcher-process.ts');
  const child = spawn(process.execPath, [script, databaseUrl, targetUrl, '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atTheEnd(() => child.kill('SIGKILL'));
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  atTheEnd(() => client.end());
  return client;
}

/** A queue that a process of its own leads through `leaderUrl`, and another dispatcher that could lead it. */
async function scene(url: string, leaderUrl = url, seconds = 30) {
  const db = await connect(url);
  await db.query('select taskqueue.create_queue($1, rate => $2, bucket_size => $3, max_concurrent_requests => $4)', [
    'flow',
    `${RATE}/s`,
    BURST,
    PLACES,
  ]);
  const { target, seen } = await aTarget();
  const other = new Dispatcher({ database: url, targets: { default: target.url }, pollSeconds: 0.05 });
  await other.start();
  atTheEnd(() => other.stop({ deadlineSeconds: 1 }));
  const child = await startProcess(leaderUrl, target.url); // the other one leaves it the last of two queues
  const leader = async () =>
    (await db.query(`select pid, queues from taskqueue.dispatchers where 'flow' = any (queues)`)).rows[0];
  const first = await eventually(async () => {
    const found = await leader();
    return found?.queues.length === 1 && found.pid;
  });
  return {
    db,
    child,
    seen,
    async addMany(n: number): Promise<void> {
      for (let from = 1; from <= n; from += 50) {
        await db.query(
          `select count(*) from taskqueue.add_tasks('flow',
             (select jsonb_agg(jsonb_build_object('url', '/' || i)) from generate_series($1::integer, $1 + 49) as i), transactional => false)`,
          [from],
        );
      }
    },
    /** Seconds until another dispatcher leads the queue. */
    async takenOver(): Promise<number> {
      const from = performance.now();
      await eventually(async () => ![undefined, first].includes((await leader())?.pid), { timeoutMs: seconds * 1000 });
      return (performance.now() - from) / 1000;
    },
    done: () => eventually(async () => expect((await db.query('select from taskqueue.tasks')).rowCount).toBe(0)),
    /** Rate and concurrency were kept, and each task was sent. */
    kept(tasks: number) {
      expect(excess(seen.at)).toBeLessThanOrEqual(MOST_EXCESS);
      expect(seen.most).toBeLessThanOrEqual(PLACES);
      expect(seen.urls.size).toBe(tasks);
    },
  };
}

/** Bodies that don't compress, as large as a row can hold them: larger than any result. */
async function addLarge(db: pg.Client): Promise<void> {
  await db.query('begin');
  await db.query(HUNDRED_TIMES_ONE_MB);
  await db.query(
    `update taskqueue._tasks as t set body = (select string_agg(sha512((t.id || '-' || i)::bytea), '') from generate_series(1, 16384) as i)`,
  );
  await db.query('commit');
}

/** Suspends the process while a statement that returns tasks is under way, or shortly after. */
async function stopWhileReceiving(db: pg.Client, child: ChildProcess): Promise<void> {
  await eventually(
    async () => {
      const { rows } = await db.query(
        `select from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()
           and application_name like 'pgtaskqueue%' and query ~ 'taskqueue.claim(ed)?_tasks' and (state = 'active' or wait_event = 'ClientWrite')`,
      );
      return rows.length > 0;
    },
    { everyMs: 1 },
  );
  child.kill('SIGSTOP');
}

describe.concurrent('over a Unix socket', () => {
  test('suspended in mid-flow', async () => {
    const { child, seen, takenOver, addMany, done, kept } = await scene(databases.stopped.url);
    await addMany(200);
    await eventually(() => seen.at.length > 20);
    child.kill('SIGSTOP');
    expect(await takenOver()).toBeLessThan(MOST_SECONDS);
    await sleep(2_000);
    child.kill('SIGCONT');
    await done();
    kept(200);
  });

  test('packets vanish', async () => {
    const proxy = await tcpProxy(databases.vanished.url);
    atTheEnd(() => proxy.close());
    const { seen, takenOver, addMany, kept } = await scene(databases.vanished.url, proxy.url);
    await addMany(150);
    await eventually(() => seen.at.length > 20);
    proxy.freeze();
    expect(await takenOver()).toBeLessThan(MOST_SECONDS);
    await sleep(2_000);
    proxy.thaw();
    await eventually(() => seen.urls.size === 150);
    kept(150);
  });

  test('suspended while it receives 100 times 1 MB', async () => {
    const { db, child, takenOver } = await scene(databases.large.url);
    const receiving = stopWhileReceiving(await connect(databases.large.url), child);
    await addLarge(db);
    await receiving;
    expect(await takenOver()).toBeLessThan(MOST_SECONDS);
  });

  test('its connection is cut without the server knowing: its own dead session does not lock it out', async () => {
    const proxy = await tcpProxy(databases.dead.url);
    atTheEnd(() => proxy.close());
    const { seen, takenOver, addMany } = await scene(databases.dead.url, proxy.url);
    proxy.cut();
    expect(await takenOver()).toBeLessThan(MOST_SECONDS);
    await addMany(50);
    await eventually(() => seen.urls.size === 50);
  });

  test('tasks whose claim it learned of too late are not sent, and run elsewhere', async () => {
    const proxy = await tcpProxy(databases.late.url);
    atTheEnd(() => proxy.close());
    const { db, seen, takenOver, addMany, done, kept } = await scene(databases.late.url, proxy.url);
    await addMany(300);
    await eventually(() => seen.at.length > 20);
    const dispatched = `select url from taskqueue.tasks where queue = 'flow' and state = 'dispatched'`;
    let unheard: string[] = [];
    while (unheard.length === 0) {
      proxy.thaw(); // the delayed statement was a poll, not a claim
      await sleep(100);
      proxy.freeze('answers');
      await sleep(1_000);
      const { rows } = await db.query(dispatched);
      unheard = rows.map(({ url }) => url).filter((url) => !seen.urls.has(url));
    }
    const takeover = takenOver();
    expect(await takeover).toBeLessThan(MOST_SECONDS);
    await sleep(1_000);
    expect(unheard.filter((url) => seen.urls.has(url))).toEqual([]);
    proxy.thaw();
    await done();
    kept(300);
    expect(seen.at).toHaveLength(300);
  });
});

test('over TCP: suspended while it receives 100 times 1 MB', async () => {
  const server = await startEmbedded({ dir: temporaryFolder(), port: 54_831, ephemeral: true });
  atTheEnd(() => server.stop());
  await migrate(server.url);
  const { db, child, takenOver } = await scene(server.url);
  const receiving = stopWhileReceiving(await connect(server.url), child);
  await addLarge(db);
  await receiving;
  expect(await takenOver()).toBeLessThan(MOST_SECONDS);
});
