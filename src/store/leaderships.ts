// Who leads which queue, by session advisory locks: a connection's death frees them, and no heartbeat is ever written. All of these calls need the
// connection they were first made on.

import { randomInt } from 'node:crypto';
import type { Executor } from '../postgres/executor.ts';
import { run, runOne } from '../schema/call.ts';
import {
  announceClaimer,
  announceDispatcher,
  countDispatchers,
  heldLeaderLocks,
  leaderRoom,
  tryLeaderLocks,
  unlockAll,
  unlockLeader,
} from './leadership-locks.ts';

/** "out of shared memory": the lock table is full. */
const OUT_OF_MEMORY = '53200';

/** Counts this connection among the dispatchers until it ends. */
export async function announce(executor: Executor): Promise<void> {
  for (let announced = false; !announced; ) {
    ({ announced } = await runOne(executor, announceDispatcher(randomInt(1, 2 ** 31))));
  }
}

/**
 * Takes a number for this dispatcher, under which others know its requests, until the connection ends; returns it.
 *
 * @param wanted the number it had before
 */
export async function takeNumber(executor: Executor, wanted: number): Promise<number> {
  for (let number = wanted; ; number = newNumber()) {
    const { announced } = await runOne(executor, announceClaimer(number));
    if (announced) return number;
  }
}

/** A number that no other dispatcher has: chance is enough. */
export function newNumber(): number {
  return randomInt(1, 2 ** 31);
}

/** The dispatchers that are connected to this database. */
export interface Membership {
  /** Dispatchers connected, this one included. */
  dispatchers: number;
  /** Queues that someone leads. */
  led: number;
  /** The database's clock, in milliseconds since 1970. */
  now: number;
  /** Another number than last time: tasks have been added, leased or deleted meanwhile, in some queue. */
  changes: number;
}

/** What a session is found to be. */
export interface SessionState {
  /** Process id of the server process that answered. */
  backend: number;
  readOnly: boolean;
}

/** One cheap statement that tells whether a refresh is due, and whether the session is still what it was. */
export async function membership(executor: Executor): Promise<Membership & SessionState> {
  const { dispatchers, led, now, changes, pid, read_only } = await runOne(executor, countDispatchers());
  return {
    dispatchers: Number(dispatchers),
    led: Number(led),
    now: Number(now),
    changes: Number(changes),
    backend: pid,
    readOnly: read_only === 'on',
  };
}

/**
 * Takes the leadership of up to `most` of these queues, first come first served; returns the ids it got.
 *
 * @param backend process id of the session's server process: in another one nothing is taken
 */
export async function lead(executor: Executor, queueIds: number[], most: number, backend: number): Promise<number[]> {
  const rows = await run(executor, tryLeaderLocks(queueIds, most, backend)).catch((error) => {
    if (error.sqlState !== OUT_OF_MEMORY) throw error;
    return run(executor, heldLeaderLocks()); // others have filled the lock table meanwhile; what the statement took stays ours
  });
  const wanted = new Set(queueIds);
  return rows.map(({ id }) => Number(id)).filter((id) => wanted.has(id));
}

/** True: the server's lock table has no room for the leadership of another queue. */
export async function isCrowded(executor: Executor): Promise<boolean> {
  return Number((await runOne(executor, leaderRoom())).room) === 0;
}

/** Lets others lead the queue. */
export async function resign(executor: Executor, queueId: number): Promise<void> {
  await run(executor, unlockLeader(queueId));
}

/** Lets others lead all queues, and count this dispatcher no more. Its number stays: its requests are still under way. */
export async function resignAll(executor: Executor): Promise<void> {
  await run(executor, unlockAll());
}
