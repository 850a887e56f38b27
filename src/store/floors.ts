// The statements that read and raise the floors of queues (src/dispatcher/upkeep/floor-loop.ts). Each is committed by
// itself. Moments are passed as microseconds since 1970: a Date would lose them, and text depends on settings.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { microseconds, momentOf } from '../schema/columns.ts';
import { CHANGES } from './table-changes.ts';
import { readDate } from './values.ts';

type Microseconds = string | number;

export interface FloorClock {
  /** The tasks' clock, in microseconds since 1970: floors may rise up to here once all open writers are done. */
  now: string;
  /** Changes whenever tasks of any queue have been added, leased or deleted. */
  changes: number;
}

/** The moment to which a queue's floor may be raised. */
export interface Floor {
  queue: string;
  /** Microseconds since 1970. */
  floor: string;
  /** The same in milliseconds. */
  ms: number;
}

/** One row: the clock, in microseconds, and the count of changes. */
export function readClock() {
  return statement<{ now: Microseconds; changes: Microseconds }>(
    `select ${microseconds('taskqueue.clock()')} as now, ${CHANGES}`,
  );
}

/** One row per queue: its name, and where its floor may be; null: the queue is gone. */
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

/** Reads the tasks' clock, up to which floors may rise once all open writers are done. */
export async function floorClock(executor: Executor): Promise<FloorClock> {
  const { now, changes } = await runOne(executor, readClock());
  return { now: String(now), changes: Number(changes) };
}

/**
 * Lists the transactions that may still write tasks due before now; with `among`, those of them that are still open.
 */
export async function openWriters(executor: Executor, among?: string[]): Promise<string[]> {
  return (await runOne(executor, call('open_writers', { among }))).open_writers;
}

/** Scans from each queue's floor to the first task that must stay above it; returns where that is. */
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
