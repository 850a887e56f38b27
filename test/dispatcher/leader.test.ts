import { expect, test, vi } from 'vitest';
import { DatabaseClock } from '../../src/dispatcher/database/database-clock.ts';
import type { ClaimSession } from '../../src/dispatcher/database/ports.ts';
import { Leader, type QueueSet } from '../../src/dispatcher/leadership/leader.ts';
import { SessionLost } from '../../src/postgres/pinned-session.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { aDispatcherQueue } from './a-dispatcher-queue.ts';

const aQueue = (id: number) => aDispatcherQueue({ id, name: `queue-${id}` });

/** A database in memory: its queues, and the holders of their locks. */
function aDatabase(queueIds: number[]) {
  const database = {
    queues: queueIds.map(aQueue),
    locks: new Map<number, object>(),
    sessions: new Set<object>(),
    room: Infinity,
    now: 0,
  };
  return database;
}

/** A leader on that database, and the calls that its queues received. */
function aLeader(database: ReturnType<typeof aDatabase>) {
  const calls: string[] = [];
  let kill = () => {};
  const open = async (lost: (reason: unknown) => void): Promise<ClaimSession> => {
    const me = {};
    let over = false;
    const free = () => {
      database.sessions.delete(me);
      for (const [id, holder] of database.locks) if (holder === me) database.locks.delete(id);
      over = true;
    };
    kill = () => {
      free();
      lost(new Error('killed'));
    };
    const alive = <T>(value: T): T => {
      if (over) throw new SessionLost();
      return value;
    };
    database.sessions.add(me);
    return {
      queues: async () => alive(structuredClone(database.queues)),
      membership: async () =>
        alive({
          dispatchers: database.sessions.size,
          led: database.locks.size,
          now: database.now,
          changes: 0,
          took: 0,
        }),
      heartbeat: async () => alive({ now: database.now, changes: 0 }),
      lead: async (ids: number[], most: number) => {
        const got = ids.filter((id) => !database.locks.has(id)).slice(0, Math.min(most, database.room));
        database.room -= got.length;
        for (const id of got) database.locks.set(id, me);
        return got;
      },
      isCrowded: async () => database.room === 0,
      resign: async (id: number) => void database.locks.delete(id),
      resignAll: async () => free(),
      silentMs: () => 0,
      close: async () => free(),
    } as unknown as ClaimSession;
  };
  const ledQueues: QueueSet = {
    inheriting: [],
    lead: ({ id, others = [] }) => void calls.push(`lead ${id}${others.map(({ held }) => ` with ${held} in flight`)}`),
    update: ({ id, rate }) => void calls.push(`update ${id} ${rate}/s`),
    leave: async (id) => void calls.push(`leave ${id}${database.locks.has(id) ? '' : ', too late'}`),
    leaveAll: () => void calls.push('leave all'),
  };
  const leader = new Leader({
    open,
    ledQueues,
    databaseClock: new DatabaseClock(new ManualClock()),
    logger: silentLogger,
  });
  return { leader, session: () => open(() => {}), kill: () => kill(), calls: () => calls.splice(0) };
}

test('alone it leads every queue, and reports changes and queues that are gone', async () => {
  const database = aDatabase([1, 2]);
  const { leader, calls } = aLeader(database);
  await leader.refresh();
  expect(calls()).toEqual(['lead 1', 'lead 2']);
  database.queues = [{ ...aQueue(1), rate: 9 }, aQueue(3)];
  await leader.refresh();
  expect(calls()).toEqual(['update 1 9/s', 'leave 2', 'lead 3']);
});

test('when another joins it resigns the surplus, and stops claiming before it releases the lock', async () => {
  const database = aDatabase([1, 2, 3, 4]);
  const [first, second] = [aLeader(database), aLeader(database)];
  await first.leader.refresh();
  first.calls();
  await second.leader.refresh();
  expect(second.calls()).toEqual([]);
  await first.leader.refresh();
  expect(first.calls().filter((what) => what.startsWith('leave'))).toEqual(['leave 3', 'leave 4']);
  await second.leader.refresh();
  expect(second.calls()).toEqual(['lead 3', 'lead 4']);
  await first.leader.close();
  await second.leader.refresh();
  expect(second.calls().filter((what) => what.startsWith('lead'))).toEqual(['lead 1', 'lead 2']);
});

test('requests in flight are counted after the lock is held', async () => {
  const database = aDatabase([1]);
  const { leader, calls } = aLeader(database);
  const set = database.locks.set.bind(database.locks);
  database.locks.set = (id, holder) => {
    for (const queue of database.queues) queue.others = [{ claimer: 1, held: 7, connected: true }]; // the former leader's last claim
    return set(id, holder);
  };
  await leader.refresh();
  expect(calls()).toEqual(['lead 1 with 7 in flight']);
});

test('a lost connection loses all queues together; the next refresh connects and leads again', async () => {
  const database = aDatabase([1, 2]);
  const { leader, kill, calls } = aLeader(database);
  await leader.refresh();
  calls();
  kill();
  expect(calls()).toEqual(['leave all']);
  await leader.refresh();
  expect(calls()).toEqual(['lead 1', 'lead 2']);
});

test('a database whose clock was set back is reported, and one whose clock is a little slow is not', async () => {
  const clock = new ManualClock(0);
  const [clockWentBack, ledQueues] = [
    vi.fn(),
    { inheriting: [], lead() {}, update() {}, leave: async () => {}, leaveAll() {} },
  ];
  let ahead = 3_600_000;
  const { session } = aLeader(aDatabase([]));
  const open = async () => {
    const opened = await session();
    const membership = async () => ({ dispatchers: 1, led: 0, now: clock.now() + ahead, changes: 0, took: 0 });
    return { ...opened, membership, heartbeat: membership };
  };
  const leader = new Leader({
    open,
    ledQueues,
    databaseClock: new DatabaseClock(clock),
    clockWentBack,
    logger: silentLogger,
  });
  await leader.refresh();
  ahead -= 900;
  await leader.checkMembership();
  expect(clockWentBack).not.toHaveBeenCalled();
  ahead -= 3_600_000;
  await leader.checkMembership();
  await leader.checkMembership();
  expect(clockWentBack).toHaveBeenCalledOnce();
});

test('a session that the server ended for silence is logged as such', async () => {
  const warn = vi.fn();
  let lose: (reason: unknown) => void = () => {};
  const database = aDatabase([]);
  const { session } = aLeader(database);
  const leader = new Leader({
    open: (lost) => {
      lose = lost;
      return session();
    },
    ledQueues: { inheriting: [], lead() {}, update() {}, leave: async () => {}, leaveAll() {} },
    databaseClock: new DatabaseClock(new ManualClock()),
    logger: { ...silentLogger, warn },
  });
  await leader.refresh();
  lose(Object.assign(new Error('terminating connection due to idle-session timeout'), { code: '57P05' }));
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining('did not hear from this process'),
    expect.objectContaining({ remedy: expect.stringContaining('event loop') }),
  );
});

test('the membership check reports dispatchers that join or leave, and queues without a leader', async () => {
  const database = aDatabase([1, 2]);
  const [first, second] = [aLeader(database), aLeader(database)];
  expect((await first.leader.checkMembership()).due).toBe(true); // it has seen nothing yet
  expect(await first.leader.refresh()).toBe(false);
  expect((await first.leader.checkMembership()).due).toBe(false);
  expect(await second.leader.refresh()).toBe(true);
  expect((await first.leader.checkMembership()).due).toBe(false); // it is told of the other, which it counts now and then
  database.now += 10_000;
  expect((await first.leader.checkMembership()).due).toBe(true);
  await first.leader.refresh();
  expect((await first.leader.checkMembership()).due).toBe(true); // nobody leads the resigned queues
  expect(await second.leader.refresh()).toBe(false);
  expect((await first.leader.checkMembership()).due).toBe(false);
  second.kill();
  expect((await first.leader.checkMembership()).due).toBe(true);
});

test('it leads what the lock table has room for, and does not retry the rest all the time', async () => {
  const database = aDatabase([1, 2, 3]);
  database.room = 2;
  const { leader, calls } = aLeader(database);
  expect(await leader.refresh()).toBe(false);
  expect(calls()).toEqual(['lead 1', 'lead 2']);
  expect((await leader.checkMembership()).due).toBe(false);
  database.room = 5;
  expect(await leader.refresh()).toBe(false);
  expect(calls().filter((what) => what.startsWith('lead'))).toEqual(['lead 3']);
  database.queues.push(aQueue(4)); // announced by a notification
  await leader.refresh();
  expect((await leader.checkMembership()).due).toBe(false);
});

test('once closed it does not connect again', async () => {
  const { leader } = aLeader(aDatabase([1]));
  await leader.refresh();
  await leader.close();
  await expect(leader.refresh()).rejects.toThrow('is closed');
});
