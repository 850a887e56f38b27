// Who leads which queue. All of these need the connection they were first called on: session locks live and die with it.

import { randomInt } from 'node:crypto';
import type { Executor } from '../sql/executor.ts';
import {
  announceClaimer,
  announceDispatcher,
  countDispatchers,
  tryLeaderLocks,
  unlockAll,
  unlockLeader,
} from '../sql/leadership-locks.ts';

/** Counts this connection among the dispatchers until it ends. */
export async function announce(executor: Executor): Promise<void> {
  for (let announced = false; !announced; ) {
    const { rows } = await announceDispatcher(executor, randomInt(1, 2 ** 31));
    announced = rows[0].announced;
  }
}

/**
 * Takes a number for this dispatcher, under which others know its requests, until the connection ends; returns it.
 *
 * @param wanted the number it had before
 */
export async function takeNumber(executor: Executor, wanted: number): Promise<number> {
  for (let number = wanted; ; number = newNumber()) {
    const { rows } = await announceClaimer(executor, number);
    if (rows[0].announced) return number;
  }
}

/** A number that no other dispatcher has: chance is enough. */
export function newNumber(): number {
  return randomInt(1, 2 ** 31);
}

/** A glance at the dispatchers that are connected to this database. */
export interface Company {
  /** Dispatchers connected, this one included. */
  dispatchers: number;
  /** Queues that someone leads. */
  led: number;
  /** The database's clock, in milliseconds since 1970. */
  now: number;
  /** Another number than last time: tasks have been added, leased or deleted meanwhile, in some queue. */
  changes: number;
}

/** One cheap look that says whether a closer one is due. */
export async function company(executor: Executor): Promise<Company> {
  const { rows } = await countDispatchers(executor);
  const { dispatchers, led, now, changes } = rows[0];
  return { dispatchers: Number(dispatchers), led: Number(led), now: Number(now), changes: Number(changes) };
}

/** Takes the leadership of up to `most` of these queues, first come first served; returns the ids it got. */
export async function lead(executor: Executor, queueIds: number[], most: number): Promise<number[]> {
  const { rows } = await tryLeaderLocks(executor, queueIds, most);
  return rows.map(({ id }) => Number(id));
}

/** Lets others lead the queue. */
export async function abdicate(executor: Executor, queueId: number): Promise<void> {
  await unlockLeader(executor, queueId);
}

/** Lets others lead all queues, and count this dispatcher no more. Its number stays: its requests are still under way. */
export async function resign(executor: Executor): Promise<void> {
  await unlockAll(executor);
}
