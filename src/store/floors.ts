// The floors of queues, and how they are raised (src/dispatcher/upkeep/floor-loop.ts). Each of these is a statement of its own, committed by itself.
//
// Moments travel as microseconds since 1970: a Date would lose them, and texts depend on settings.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { microseconds, momentOf } from '../schema/columns.ts';
import { CHANGES } from './table-changes.ts';
import { readDate } from './values.ts';

type Microseconds = string | number;

export interface FloorClock {
  /** The tasks' clock, in microseconds since 1970: floors may rise up to here once all open writers are done. */
  now: string;
  /** Differs from the last time: tasks have been added, leased or deleted since, in some queue. */
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

/** One row: now, in microseconds, and changes. */
export function readClock() {
  return statement<{ now: Microseconds; changes: Microseconds }>(
    `select ${microseconds('taskqueue.clock()')} as now, ${CHANGES}`,
  );
}

/** Rows: name, floor: where each queue's floor may be; null: the queue is gone. */
export function advanceFloors(queues: readonly string[], until: string) {
  return statement<{ name: string; floor: Microseconds | null }>(
    `select q.name, ${microseconds(`taskqueue.advance_floor(q.name, ${momentOf('$2')})`)} as floor
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)`,
    [queues, until],
  );
}

export function raiseAll(floors: readonly Floor[]) {
  return statement(
    `select taskqueue.raise_floor(q.name, ${momentOf('q.floor')})
     from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::bigint[])) as q(name, floor)`,
    [floors.map(({ queue }) => queue), floors.map(({ floor }) => floor)],
  );
}

/** The tasks' clock, up to which floors may rise once every open writer is done. */
export async function floorClock(executor: Executor): Promise<FloorClock> {
  const { now, changes } = await runOne(executor, readClock());
  return { now: String(now), changes: Number(changes) };
}

/** The transactions that may still write tasks due before now; with `among`, those of them that are still open. */
export async function openWriters(executor: Executor, among?: string[]): Promise<string[]> {
  return (await runOne(executor, call('open_writers', { among }))).open_writers;
}

/** Walks from each queue's floor to the first task that has to stay above it; returns where that is. */
export async function advance(
  executor: Executor,
  queues: readonly string[],
  until: string,
  marginMs: number,
): Promise<Floor[]> {
  const latest = String(BigInt(until) - BigInt(marginMs) * 1000n);
  return (await run(executor, advanceFloors(queues, latest))).flatMap(({ name, floor }) =>
    floor === null ? [] : [{ queue: name, floor: String(floor), ms: readDate(floor).getTime() }],
  );
}

/** Raises floors; never lowers one. */
export async function raise(executor: Executor, floors: readonly Floor[]): Promise<void> {
  await run(executor, raiseAll(floors));
}
