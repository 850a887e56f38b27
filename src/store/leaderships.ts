// Leadership of queues by session advisory locks: the end of a connection releases them, and no heartbeat is ever
// written. All of these calls must use the same connection.

import { randomInt } from 'node:crypto';
import type { Executor } from '../postgres/executor.ts';
import { run, runOne } from '../schema/call.ts';
import {
  announceClaimer,
  announceDispatcher,
  countDispatchers,
  type HeartbeatRow,
  heldLeaderLocks,
  leaderRoom,
  notifyDispatchers,
  readHeartbeat,
  tryLeaderLocks,
  unlockAll,
  unlockLeader,
} from './leadership-locks.ts';

/** SQLSTATE of "out of shared memory": the lock table is full. */
const OUT_OF_MEMORY = '53200';

/** Announces this connection as a dispatcher's until it ends. */
export async function announce(executor: Executor): Promise<void> {
  for (let announced = false; !announced; ) {
    ({ announced } = await runOne(executor, announceDispatcher(randomInt(1, 2 ** 31))));
  }
  await run(executor, notifyDispatchers());
}

/**
 * Locks a number for this dispatcher until the connection ends, by which others recognise its requests; returns the
 * number.
 *
 * @param wanted the number it had before, if any
 */
export async function takeNumber(executor: Executor, wanted: number): Promise<number> {
  for (let number = wanted; ; number = newNumber()) {
    const { announced } = await runOne(executor, announceClaimer(number));
    if (announced) return number;
  }
}

/** A random number, which no other dispatcher is likely to have. */
export function newNumber(): number {
  return randomInt(1, 2 ** 31);
}

/** What a dispatcher learns of the database with each statement that keeps its session known to be alive. */
export interface Heartbeat {
  /** The database's clock, in milliseconds since 1970. */
  now: number;
  /** Changes whenever tasks of any queue have been added, leased or deleted. */
  changes: number;
}

/** The dispatchers that are connected to this database. */
export interface Membership extends Heartbeat {
  /** Number of connected dispatchers, including this one. */
  dispatchers: number;
  /** Number of queues that have a leader. */
  led: number;
  /** How many milliseconds the database took to find that out. */
  took: number;
}

/** The state of a session. */
export interface SessionState {
  /** Process id of the server process that answered. */
  backend: number;
  readOnly: boolean;
}

/** Checks with one cheap statement whether the session is still sound. */
export async function heartbeat(executor: Executor): Promise<Heartbeat & SessionState> {
  return heartbeatOf(await runOne(executor, readHeartbeat()));
}

function heartbeatOf({ now, changes, pid, read_only }: HeartbeatRow): Heartbeat & SessionState {
  return { now: Number(now), changes: Number(changes), backend: pid, readOnly: read_only === 'on' };
}

/** Counts the dispatchers, and checks whether the session is still sound. Reads the locks of the whole cluster. */
export async function membership(executor: Executor): Promise<Membership & SessionState> {
  const { dispatchers, led, took, ...row } = await runOne(executor, countDispatchers());
  return { ...heartbeatOf(row), dispatchers: Number(dispatchers), led: Number(led), took: Number(took) };
}

/**
 * Takes the leadership of up to `most` of these queues, first come, first served; returns the ids of those it leads.
 *
 * @param backend process id of the session's server process; no lock is taken in another process
 */
export async function lead(executor: Executor, queueIds: number[], most: number, backend: number): Promise<number[]> {
  const rows = await run(executor, tryLeaderLocks(queueIds, most, backend)).catch((error) => {
    if (error.sqlState !== OUT_OF_MEMORY) throw error;
    return run(executor, heldLeaderLocks()); // the lock table filled up meanwhile; locks already taken stay held
  });
  const wanted = new Set(queueIds);
  return rows.map(({ id }) => Number(id)).filter((id) => wanted.has(id));
}

/** Whether the server's lock table has no room for the leadership of another queue. */
export async function isCrowded(executor: Executor): Promise<boolean> {
  return Number((await runOne(executor, leaderRoom())).room) === 0;
}

/** Resigns the leadership of a queue. */
export async function resign(executor: Executor, queueId: number): Promise<void> {
  await run(executor, unlockLeader(queueId));
}

/**
 * Resigns the leadership of all queues and as a dispatcher. Its number stays locked, as its requests may still be in
 * flight.
 */
export async function resignAll(executor: Executor): Promise<void> {
  await run(executor, unlockAll());
}
