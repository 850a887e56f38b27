// How the leader of queues, or a worker that waits, falls asleep without missing what is added meanwhile. All of these need the connection that leads
// or waits.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import { releaseBells, timesToDue, timeToDue, tryBells } from './doorbell-statements.ts';

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

/** A pull queue's bell, as this session has it. */
export interface Bell {
  id: number;
  /** held: by this session · rung: by another, which tells when it lets go · open: someone is adding without a word; let go, and try again soon. */
  state: 'held' | 'rung' | 'open';
}

/**
 * Takes a pull queue's bell if it is free. Look for tasks afterwards.
 *
 * @throws UnknownQueueError
 */
export async function holdBell(executor: Executor, queue: string): Promise<Bell> {
  return runOne(executor, call('begin_wait', { queue }));
}

/** Undoes holdBell, whatever it found. */
export async function letGoOfBell(executor: Executor, queue: string, bell: Bell): Promise<void> {
  await run(executor, call('end_wait', { queue, queue_id: bell.id, held: bell.state === 'held' }));
}

/** Milliseconds until a pull queue has something to lease, of a tag if one is given: 0 or less: now; Infinity: nothing is there. */
export async function msToLeasable(executor: Executor, queue: string, tag?: string): Promise<number> {
  const { rows } = await timeToDue(executor, queue, tag);
  return rows[0].ms === null ? Infinity : Number(rows[0].ms);
}
