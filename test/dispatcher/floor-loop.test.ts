import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FloorLoop } from '../../src/dispatcher/upkeep/floor-loop.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let queue: string;

beforeEach(() => {
  queue = nextName('kept');
});

const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

/** Milliseconds by which the floor is behind the clock. */
async function lag(): Promise<number> {
  const [row] = await sql(
    `select extract(epoch from clock_timestamp() - taskqueue._floor(q.id))::double precision * 1000 as ms from taskqueue._queues as q where q.name = $1 and q.deleted_at is null`,
    queue,
  );
  return row.ms;
}

describe('with a dispatcher', () => {
  test('the floor of a busy push queue rises', async () => {
    await harness.createQueue(queue);
    await harness.dispatcher().start();
    await harness.addMany(queue, 20);
    await eventually(async () => expect(await lag()).toBeLessThan(3000));
    expect(await lag()).toBeGreaterThan(100);
  });

  test('the floor of a busy pull queue rises too', async () => {
    await harness.dispatcher().start();
    await sql(`select from taskqueue.create_queue($1, mode => 'pull')`, queue);
    await eventually(async () => {
      await sql(`select from taskqueue.add($1, payload => 'x')`, queue);
      await sql('select taskqueue.delete_task(queue, name, lease_token) from taskqueue.lease_tasks($1, 60)', queue);
      expect(await lag()).toBeLessThan(3000);
    });
  });

  test('a transaction that has added a task and stays open holds the floor down', async () => {
    await harness.createQueue(queue);
    await harness.dispatcher().start();
    const client = await harness.database.client();
    await client.query('begin');
    const { rows } = await client.query(`select eta from taskqueue.add($1, url => '/late')`, [queue]);
    await harness.addMany(queue, 20);
    await eventually(() => harness.target.requests.length === 20);
    await new Promise((resolve) => setTimeout(resolve, 2_200)); // two turns of a push queue
    expect(Date.now() - (await lag())).toBeLessThanOrEqual(rows[0].eta.getTime());
    await client.query('commit');
    await eventually(() => harness.target.requests.length === 21);
    await eventually(async () => expect(await lag()).toBeLessThan(3000));
  });

  test('rows of purged tasks are deleted', async () => {
    await harness.createQueue(queue, { rate: '0' });
    await harness.dispatcher().start();
    await harness.addMany(queue, 20);
    await sql('select taskqueue.purge_queue($1)', queue);
    await eventually(async () => {
      expect(await sql('select from taskqueue._tasks')).toEqual([]);
      expect(await sql('select from taskqueue._queues where purged is not null')).toEqual([]);
    });
  });

  test('what a deleted queue has left is deleted', async () => {
    await harness.createQueue(queue, { rate: '0' });
    await harness.addMany(queue, 20);
    await sql('select taskqueue.delete_queue($1)', queue);
    await harness.dispatcher().start();
    await eventually(async () => {
      expect(await sql('select from taskqueue._tasks')).toEqual([]);
      expect(await sql('select from taskqueue._queues where purged is not null')).toEqual([]);
    });
  });

  test('dispatchers divide pull queues and push queues alike', async () => {
    for (let i = 0; i < 3; i++) await sql(`select from taskqueue.create_queue($1, mode => 'pull')`, `${queue}-${i}`);
    await harness.createQueue(queue); // and default
    const [first, second] = [harness.dispatcher(), harness.dispatcher()];
    await first.start();
    await second.start();
    const shares = async () =>
      (await sql('select cardinality(queues) as led from taskqueue.dispatchers order by 1')).map(({ led }) => led);
    await eventually(async () => expect(await shares()).toEqual([2, 3]));
    await second.stop();
    await eventually(async () => expect(await shares()).toEqual([5]));
  });
});

describe('on its own', () => {
  /** A floor loop of one push and one pull queue over a database in memory. */
  function setup() {
    const clock = new ManualClock(0);
    const database = {
      now: 1_000_000,
      floor: Infinity,
      changes: 1,
      open: ['3/4'] as string[],
      lost: (_reason: unknown) => {},
    };
    const calls: string[] = [];
    const session = {
      clock: async () => {
        calls.push('clock');
        return { now: String(database.now), changes: database.changes };
      },
      openWriters: async (among?: string[]) => {
        calls.push(among ? `open writers among ${among}` : 'open writers');
        return database.open.splice(0, 1);
      },
      advance: async (names: string[], until: string) => {
        calls.push(`advance ${names}`);
        return names.map((name) => ({ queue: name, floor: until, ms: Math.min(Number(until), database.floor) }));
      },
      raise: async (floors: { queue: string }[]) => void calls.push(`raise ${floors.map((floor) => floor.queue)}`),
      close: async () => {},
    };
    const open = vi.fn(async (lost: (reason: unknown) => void) => {
      database.lost = lost;
      return session;
    });
    const sweep = vi.fn(async () => {});
    const led: { name: string; mode: 'push' | 'pull' }[] = [
      { name: 'push', mode: 'push' },
      { name: 'pull', mode: 'pull' },
    ];
    const floorLoop = new FloorLoop({ open, sweep, queues: () => led, clock, logger: silentLogger });
    const settle = async () => {
      for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
      return calls.splice(0);
    };
    return { floorLoop, clock, database, led, session, sweep, open, settle };
  }

  test('it is silent until a queue is busy, waits for open writers, then walks and raises', async () => {
    const { floorLoop, clock, settle, open } = setup();
    await floorLoop.start();
    clock.advance(60);
    expect(await settle()).toEqual([]);
    expect(open).not.toHaveBeenCalled();
    floorLoop.busy('push');
    expect(await settle()).toEqual(['clock', 'open writers']);
    clock.advance(0.02);
    expect(await settle()).toEqual(['open writers among 3/4', 'advance push', 'raise push']);
    clock.advance(60);
    expect(await settle()).toEqual([]);
    await floorLoop.stop();
  });

  test('pull queues get a turn at most ten times a second, push queues once', async () => {
    const { floorLoop, clock, database, settle } = setup();
    database.open = [];
    await floorLoop.start();
    const advanced: string[] = [];
    for (let ms = 0; ms < 1000; ms += 10) {
      floorLoop.busy('push');
      floorLoop.seeChanges(database.changes++);
      advanced.push(...(await settle()).filter((call) => call.startsWith('advance')));
      clock.advance(0.01);
    }
    expect(advanced).toEqual(['advance push,pull', ...Array(9).fill('advance pull')]);
    await floorLoop.stop();
  });

  test('pull queues count as busy for a while after the count of changes grew', async () => {
    const { floorLoop, clock, database, settle } = setup();
    database.open = [];
    await floorLoop.start();
    floorLoop.seeChanges(1);
    expect(await settle()).toEqual([]);
    database.changes = 2;
    floorLoop.seeChanges(2);
    expect(await settle()).toContain('advance pull');
    clock.advance(1);
    expect(await settle()).toContain('advance pull');
    clock.advance(10);
    await settle();
    clock.advance(10);
    expect(await settle()).toEqual([]);
    await floorLoop.stop();
  });

  test('it sweeps immediately while the clock is behind the floor', async () => {
    const { floorLoop, clock, database, sweep, settle } = setup();
    database.open = [];
    await floorLoop.start();
    floorLoop.busy('push');
    await settle();
    expect(sweep).not.toHaveBeenCalled();
    database.now -= 3_600_000;
    clock.advance(1);
    floorLoop.busy('push');
    await settle();
    expect(sweep.mock.calls).toEqual([[['push']]]);
    await floorLoop.stop();
  });

  test('it forgets queues that it no longer leads: their floors may have been lowered', async () => {
    const { floorLoop, clock, database, led, sweep, settle } = setup();
    database.open = [];
    await floorLoop.start();
    floorLoop.busy('push');
    await settle();
    const [push] = led.splice(0, 1);
    clock.advance(1);
    floorLoop.seeChanges(database.changes++);
    floorLoop.seeChanges(database.changes++);
    expect(await settle()).toContain('advance pull');
    led.push(push as (typeof led)[0]);
    database.now -= 3_600_000;
    clock.advance(1);
    floorLoop.busy('push');
    expect((await settle()).join()).toContain('push');
    expect(sweep.mock.calls.flat(2)).not.toContain('push');
    await floorLoop.stop();
  });

  test('a failed tick forgets its open writers and keeps its queues busy', async () => {
    const { floorLoop, clock, database, session, settle, open } = setup();
    const { openWriters } = session;
    session.openWriters = async (among) => {
      if (!among) return openWriters();
      session.openWriters = openWriters;
      database.lost(new Error('broken'));
      throw new Error('broken');
    };
    await floorLoop.start();
    floorLoop.busy('push');
    await settle();
    clock.advance(0.02);
    expect(await settle()).not.toContain('raise push');
    clock.advance(0.2);
    expect(await settle()).toEqual(['clock', 'open writers', 'advance push', 'raise push']);
    expect(open).toHaveBeenCalledTimes(2);
    await floorLoop.stop();
  });
});
