// Who leads which queue. All of these need the connection they were first called on: session locks live and die with it.

import type { Executor } from '../sql/executor.ts';
import { announceDispatcher, countDispatchers, tryLeaderLocks, unlockLeader } from '../sql/leadership-locks.ts';

/** Counts this connection among the dispatchers until it ends. */
export async function announce(executor: Executor): Promise<void> {
  await announceDispatcher(executor);
}

/** How many dispatchers are connected to this database, and what time it has, in milliseconds since 1970. */
export async function company(executor: Executor): Promise<{ dispatchers: number; now: number }> {
  const { rows } = await countDispatchers(executor);
  return { dispatchers: Number(rows[0].dispatchers), now: Number(rows[0].now) };
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
