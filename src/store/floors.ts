// The floors of queues, and how they are raised (src/dispatcher/upkeep/floor-loop.ts). Each of these is a statement of its own, committed by itself.

import type { Executor } from '../postgres/executor.ts';
import { call, runOne } from '../schema/call.ts';
import { advanceFloors, keeperHorizon, raiseFloors } from './floor-statements.ts';
import { readDate } from './values.ts';

export interface Horizon {
  /** Microseconds since 1970. */
  horizon: string;
  /** Another number than last time: tasks have been added, leased or deleted meanwhile, in some queue. */
  changes: number;
}

/** Where a queue's floor may be. */
export interface Floor {
  queue: string;
  /** Microseconds since 1970. */
  floor: string;
  /** The same in milliseconds. */
  ms: number;
}

/** The moment up to which floors may rise once every witness is gone. */
export async function horizon(executor: Executor): Promise<Horizon> {
  const { rows } = await keeperHorizon(executor);
  return { horizon: String(rows[0].horizon), changes: Number(rows[0].changes) };
}

/** The transactions that have to end first; with `among`, those of them that have not. */
export async function witnesses(executor: Executor, among?: string[]): Promise<string[]> {
  return (await runOne(executor, call('open_writers', { among }))).open_writers;
}

/** Walks from each queue's floor to the first task that has to stay above it, and says where that is. */
export async function advance(executor: Executor, queues: string[], until: string, marginMs: number): Promise<Floor[]> {
  const { rows } = await advanceFloors(executor, queues, String(BigInt(until) - BigInt(marginMs) * 1000n));
  const found = rows.filter(({ floor }) => floor !== null);
  return found.map(({ name, floor }) => ({ queue: name, floor: String(floor), ms: readDate(floor).getTime() }));
}

/** Raises floors; never lowers one. */
export async function raise(executor: Executor, floors: Floor[]): Promise<void> {
  await raiseFloors(
    executor,
    floors.map(({ queue }) => queue),
    floors.map(({ floor }) => floor),
  );
}
