// Anyone who may connect can listen and notify: the payloads reveal no names, and any number of notifications with any
// payload may arrive.

import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { leaseOrWait } from '../../src/client/lease-or-wait.ts';
import { Waits } from '../../src/client/waits.ts';
import { NotificationLimit } from '../../src/dispatcher/claiming/notification-limit.ts';
import { RefreshLoop } from '../../src/dispatcher/leadership/refresh-loop.ts';
import { queueIdIn } from '../../src/domain/notification.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { value } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const CHANNELS = ['taskqueue_wake', 'taskqueue_queues'];

test('payloads do not name queues', async () => {
  const { pool } = harness.database;
  const heard: string[] = [];
  const listener = await harness.database.client();
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  for (const channel of CHANNELS) await listener.query(`listen ${channel}`);
  const acts = [
    `create_queue('secret')`,
    `update_queue('secret', rate => '1/s')`,
    `pause_queue('secret')`,
    `resume_queue('secret')`,
    `purge_queue('secret')`,
    `set_target('hidden', 'http://a')`,
    `remove_target('hidden')`,
    `rotate_key('hidden', 'env:A')`,
    `revoke_key('hidden', 'env:A')`,
    `add('secret', name => 'it', transactional => false)`,
    `run_task('secret', 'it')`,
    `delete_queue('secret')`,
  ];
  const sleeper = await harness.database.client();
  for (const act of acts) {
    await pool.query(`select taskqueue.${act}`);
    await sleeper.query(`select pg_advisory_lock(${LOCKS.bell}, id) from taskqueue._queues`); // makes enqueuers notify
  }
  await sleeper.end();
  await listener.query('select 1');
  expect(heard.length).toBeGreaterThan(9);
  expect(heard.filter((payload) => !/^\d*$/.test(payload))).toEqual([]);
  expect(new Set(heard).size).toBe(2); // a queue's id, and that of no queue
});

test('only ids of queues are accepted', () => {
  expect(['1', '2147483647'].map(queueIdIn)).toEqual([1, 2_147_483_647]);
  const junk = ['', '0', '-1', '01', '1e3', '1.5', ' 1', 'default', 'task-1', '99999999999', '\uff11'];
  expect(junk.filter((payload) => queueIdIn(payload) !== undefined)).toEqual([]);
});

test('junk, and payloads of the previous release, do no harm', async () => {
  const { pool } = harness.database;
  const warned: unknown[] = [];
  const warn = (...what: unknown[]) => void warned.push(what);
  const dispatcher = harness.dispatcher({ pollSeconds: 60, logger: { ...silentLogger, warn, error: warn } });
  await dispatcher.start();
  for (const channel of CHANNELS)
    for (const junk of [
      'default',
      '',
      '-1',
      '0',
      '2147483647',
      '9999999999',
      '{"id": 1}',
      '__proto__',
      'x'.repeat(7999),
    ])
      await pool.query('select pg_notify($1, $2)', [channel, junk]);
  await harness.add('default', { url: '/after' });
  await expect.poll(() => harness.target.requests.map(({ url }) => url)).toEqual(['/after']);
  expect(warned).toEqual([]);
});

test('a flood of vain notifications is acted on ten times a second, until one leads to work', () => {
  const clock = new ManualClock(0);
  let woken = 0;
  const limit = new NotificationLimit(clock, () => {
    woken += 1;
    limit.answer();
  });
  const flood = (ms: number) => {
    for (let i = 0; i < ms; i++) {
      limit.notify();
      clock.advance(0.001);
    }
  };
  flood(2_000);
  expect(woken).toBeLessThan(50);
  expect(woken).toBeGreaterThan(20);
  limit.foundWork();
  clock.advance(1);
  const before = woken;
  limit.notify();
  expect(woken).toBe(before + 1);
});

test('a flood of changes leads to ten refreshes a second', async () => {
  const clock = new ManualClock(0);
  let refreshes = 0;
  const loop = new RefreshLoop({
    failed: () => {},
    checkMembership: async () => ({ due: false, took: 0 }),
    refresh: async () => {
      refreshes += 1;
      return false;
    },
    clock,
    logger: silentLogger,
  });
  await loop.start();
  for (let ms = 0; ms < 1_000; ms++) {
    loop.invalidate();
    for (let turns = 0; turns < 3; turns++) await turn();
    clock.advance(0.001);
  }
  expect(refreshes).toBeGreaterThan(8);
  expect(refreshes).toBeLessThan(13);
  await loop.stop();
});

test('a waiting worker leases a few times a second at most, and gets the task when it arrives', async () => {
  const { pool, url } = harness.database;
  await pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
  const id = await value<number>(pool, `select id from taskqueue._queues where name = 'pull'`);
  const waits = new Waits({ connectionString: url });
  let leased = 0;
  const lease = async () => {
    leased += 1;
    return (await pool.query(`select * from taskqueue.lease_tasks('pull', 60)`)).rows;
  };
  const waiting = leaseOrWait(lease, waits, 'pull', undefined, { waitSeconds: 30 });
  const flooder = await harness.database.client();
  const end = performance.now() + 2_000;
  while (performance.now() < end) await flooder.query(`select pg_notify('taskqueue_wake', $1)`, [String(id)]);
  expect(leased).toBeGreaterThan(5);
  expect(leased).toBeLessThan(60);
  await pool.query(`select taskqueue.add('pull', payload => 'x')`);
  expect(await waiting).toHaveLength(1);
  await waits.close();
});
