import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';

const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from, TEST_DATABASE_URL } = process.env;

/** A server of its own with the smallest possible notification queue. */
async function serverWithSmallQueue(): Promise<string> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-notify-'));
  fs.chmodSync(dir, 0o755);
  const start = () => startEmbedded({ dir, port: null, ephemeral: true, user, from });
  let server = await start();
  onTestFinished(async () => {
    await server.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query('alter system set max_notify_queue_pages = 64');
  await client.end();
  await server.stop();
  server = await start();
  await migrate(server.url);
  return server.url;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // the server ends first
  await client.connect();
  onTestFinished(async () => void client.end().catch(() => {}));
  return client;
}

test.skipIf(TEST_DATABASE_URL)('with the notification queue full, adding and changing queues work on', async () => {
  const url = await serverWithSmallQueue();
  const [deaf, leader, application] = [await connect(url), await connect(url), await connect(url)];
  await deaf.query('listen something');
  await deaf.query('begin'); // this session no longer reads notifications
  const [queue] = (await leader.query(`select id from taskqueue._queues where name = 'default'`)).rows;
  await leader.query(`select pg_advisory_lock(${LOCKS.bell}, $1)`, [queue.id]); // asleep
  const fill = async () => {
    for (let n = 0; n < 200; n++) await application.query(`select pg_notify('x', repeat('.', 7900) || $1::text)`, [n]);
  };
  await expect(fill()).rejects.toThrow('too many notifications');
  await application.query(`select from taskqueue.add(url => '/x')`);
  await application.query(`select from taskqueue.pause_queue('default')`);
  expect((await application.query('select url from taskqueue.tasks')).rows).toEqual([{ url: '/x' }]);
});
