import { afterEach, expect, test } from 'vitest';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { Listener } from '../../src/postgres/listener.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { openRoute } from '../support/route.ts';

const database = useDatabase();
const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
});

function aListener(url = database.url): Listener {
  const listener = new Listener({
    database: connectionConfig(url, 'listener test'),
    clock: systemClock,
    logger: silentLogger,
  });
  listeners.push(listener);
  return listener;
}

async function setup() {
  const heard: (string | undefined)[] = [];
  const listener = aListener();
  listener.on('Wake "up"', (payload) => heard.push(payload));
  await listener.start();
  await eventually(() => expect(heard).toEqual([undefined]));
  return { listener, heard };
}

const notify = (payload: string) => database.pool.query(`select pg_notify('Wake "up"', $1)`, [payload]);

test('first requests a check, then passes on notifications', async () => {
  const { heard } = await setup();
  await notify('mail');
  await notify('');
  await eventually(() => expect(heard).toEqual([undefined, 'mail', '']));
});

test('after a connection was lost, a new one is opened and a check requested', async () => {
  const { heard } = await setup();
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener test'`,
  );
  await notify('lost');
  await eventually(() => expect(heard).toEqual([undefined, undefined]));
  await notify('mail');
  await eventually(() => expect(heard.at(-1)).toBe('mail'));
});

test('a connection that the network has dropped is closed within half a minute', async () => {
  const route = await openRoute(database.url);
  const heard: (string | undefined)[] = [];
  const listener = aListener(route.url);
  listener.on('Wake "up"', (payload) => heard.push(payload));
  await listener.start();
  await eventually(() => expect(heard).toEqual([undefined]));
  route.freeze();
  route.thaw();
  await notify('swallowed');
  await eventually(() => expect(heard).toEqual([undefined, undefined]));
  await notify('mail');
  await eventually(() => expect(heard.at(-1)).toBe('mail'));
  await route.close();
});

test('who has unsubscribed hears nothing', async () => {
  const { listener, heard } = await setup();
  const others: unknown[] = [];
  const off = listener.on('Wake "up"', (payload) => others.push(payload));
  off();
  await notify('mail');
  await eventually(() => expect(heard).toContain('mail'));
  expect(others).toEqual([]);
});

test('stops immediately, also while the database is away, and twice', async () => {
  const listener = aListener('postgres://x@127.0.0.1:1/x');
  listener.on('wake', () => {});
  await listener.start();
  await Promise.all([listener.stop(), listener.stop()]);
});
