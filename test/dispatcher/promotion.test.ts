// A failover under load: acknowledged tasks survive it if commits wait for the standby, and are missing if they do not.
// One of each runs with the suite; `npm run test:soak:failover` plays five, and prints what each came to.

import { setTimeout as after } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { TaskQueues } from '../../src/index.ts';
import { queryAt } from '../support/bare-database.ts';
import { eventually } from '../support/eventually.ts';
import { type Pair, startPair } from '../support/pair.ts';

const ROUNDS = process.env.SOAK === 'failover' ? [1, 2, 3, 4, 5] : [1];
const LANES = 6;
const BATCH = 50;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openPair(synchronous: boolean): Promise<Pair> {
  const pair = await startPair({ synchronous });
  closing.push(pair.close);
  await queryAt(pair.primary, `select taskqueue.create_queue('kept', mode => 'pull')`);
  await queryAt(pair.primary, `select taskqueue.create_queue('sent', rate => '500/s', bucket_size => 100)`);
  return pair;
}

/** Adds named tasks until it is stopped; remembers those that the database acknowledged. */
function load(database: string) {
  const queues = new TaskQueues({ database });
  const acknowledged = { kept: new Set<string>(), sent: new Set<string>() };
  let going = true;
  const lane = async (queue: 'kept' | 'sent', number: number, batch: number) => {
    for (let i = 0; going; i++) {
      const tasks = Array.from({ length: batch }, (_, k) => ({ name: `${queue}-${number}-${i}-${k}` }));
      try {
        await queues
          .queue(queue)
          .add(
            queue === 'sent'
              ? tasks.map((task) => ({ ...task, url: '/' }))
              : tasks.map((task) => ({ ...task, payload: 'x' })),
          );
        for (const { name } of tasks) acknowledged[queue].add(name);
      } catch {
        await after(50); // these were not acknowledged
      }
    }
  };
  const lanes = [lane('sent', 0, 5), ...Array.from({ length: LANES }, (_, i) => lane('kept', i, BATCH))];
  const stop = async () => {
    going = false;
    await Promise.all(lanes);
    await queues.close();
  };
  closing.push(() => (going ? stop() : undefined));
  return { acknowledged, stop };
}

async function namesAt(url: string, queue: string): Promise<Set<string>> {
  const { rows } = await queryAt(url, `select name from taskqueue.tasks where queue = '${queue}'`);
  return new Set(rows.map(({ name }) => name));
}

const missing = (wanted: Set<string>, found: Set<string>) => [...wanted].filter((name) => !found.has(name));

async function highestId(url: string): Promise<bigint> {
  return BigInt((await queryAt(url, 'select max(id) as id from taskqueue._tasks')).rows[0].id);
}

test.each(ROUNDS)(
  'with synchronous replication no acknowledged task is lost, and work continues within seconds (%d)',
  async () => {
    const pair = await openPair(true);
    const delivered = new Set<string>();
    let lastAt = 0;
    const target = (request: Request) => {
      delivered.add(request.headers.get('x-appengine-taskname') ?? '');
      lastAt = performance.now();
      return new Response();
    };
    const dispatcher = new Dispatcher({ database: pair.both, targets: { '*': target } });
    closing.push(() => dispatcher.stop({ deadlineSeconds: 1 }));
    await dispatcher.start();
    const { acknowledged, stop } = load(pair.both);
    await eventually(() => expect(acknowledged.kept.size).toBeGreaterThan(3_000));
    const before = await highestId(pair.standby);

    const crashedAt = performance.now();
    await pair.crashPrimary();
    await pair.promote();
    const promotedAt = performance.now();
    const promotion = seconds(promotedAt - crashedAt);
    await eventually(() => expect(lastAt).toBeGreaterThan(promotedAt));
    const delivery = seconds(performance.now() - promotedAt);
    const sizeAtPromotion = acknowledged.kept.size;
    await eventually(() => expect(acknowledged.kept.size).toBeGreaterThan(Math.max(5_000, sizeAtPromotion + 500)));
    await stop();

    const lost = missing(acknowledged.kept, await namesAt(pair.standby, 'kept'));
    console.log(
      `synchronous: ${lost.length} of ${acknowledged.kept.size} acknowledged tasks lost; promoted ${promotion} after the crash, first delivery ${delivery} later`,
    );
    expect(lost).toEqual([]);
    const waiting = await namesAt(pair.standby, 'sent'); // those whose claim was not answered wait until their leases expire
    expect(missing(acknowledged.sent, new Set([...delivered, ...waiting]))).toEqual([]);
    expect((await queryAt(pair.standby, 'select * from taskqueue.verify()')).rows).toEqual([]);
    expect(await highestId(pair.standby)).toBeGreaterThan(before);
    const { rows: dispatchers } = await queryAt(pair.standby, 'select queues from taskqueue.dispatchers');
    expect(dispatchers).toEqual([{ queues: expect.arrayContaining(['default', 'kept', 'sent']) }]);
  },
);

test.each(ROUNDS)('the control: tasks that an asynchronous standby has not received are lost (%d)', async () => {
  const pair = await openPair(false);
  const { acknowledged, stop } = load(pair.primary);
  await eventually(() => expect(acknowledged.kept.size).toBeGreaterThan(500));
  pair.replication.freeze();
  const frozenAt = acknowledged.kept.size;
  await eventually(() => expect(acknowledged.kept.size).toBeGreaterThan(frozenAt + 500));
  await stop();
  await pair.crashPrimary();
  await pair.promote();
  const lost = missing(acknowledged.kept, await namesAt(pair.standby, 'kept'));
  console.log(`asynchronous, behind: ${lost.length} of ${acknowledged.kept.size} acknowledged tasks lost`);
  expect(lost.length).toBeGreaterThan(0);
});

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
