// How the leader of queues falls asleep without missing what is added meanwhile. All of these need the connection that leads.

import { releaseBells, timesToDue, tryBells } from '../sql/doorbell.ts';
import type { Executor } from '../sql/executor.ts';

/** Holds the bells of those queues that no transaction is adding to without a word; returns their ids. */
export async function holdBells(executor: Executor, queueIds: number[]): Promise<number[]> {
  const { rows } = await tryBells(executor, queueIds);
  return rows.map(({ id }) => Number(id));
}

/** Lets go of bells, each as often as it was taken. */
export async function letGoOfBells(executor: Executor, queueIds: number[]): Promise<void> {
  await releaseBells(executor, queueIds);
}

/** Milliseconds until each queue has something to claim: 0 or less: now; Infinity: nothing is there. */
export async function msToDue(executor: Executor, queues: string[]): Promise<Map<string, number>> {
  const { rows } = await timesToDue(executor, queues);
  return new Map(rows.map(({ name, ms }) => [name, ms === null ? Infinity : Number(ms)]));
}
