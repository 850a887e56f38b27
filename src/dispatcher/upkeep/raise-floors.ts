// One tick of the floor loop: raises the floors of some queues as far as it is safe.
//
//   read the clock ──▶ list open writers ──▶ wait until all have ended ──▶ walk (moves are committed) ──▶ raise
//
// A due time is computed while its transaction holds the lock on the table. So whatever is due before the clock that
// was read was written by a transaction that committed before the writers were listed, or by one of those: once they
// have ended, a new snapshot shows it, and the walk stops at it. Each arrow is the end of a statement, and their order
// is essential. Remembering a candidate for the floor and adopting it later strands tasks; so does walking before the
// writers have ended.

import type { Floor, FloorClock } from '../../store/floors.ts';

/** The floor loop's connection. */
export interface FloorSession {
  clock(): Promise<FloorClock>;
  openWriters(among?: string[]): Promise<string[]>;
  advance(queues: string[], until: string, marginMs: number): Promise<Floor[]>;
  raise(floors: Floor[]): Promise<void>;
  close(): Promise<void>;
}

/** A step of the clock by this much does no harm. */
const MARGIN_MS = 100;
/** Wait between two checks of the open writers: a tenth of the time that they have already taken, but at least … */
const LEAST_WAIT_MS = 5;
const MOST_WAIT_MS = 2_000;

/**
 * @param sleep waits for some milliseconds; rejects when waiting has become useless
 * @returns how far each floor was raised
 */
export async function raiseFloors(
  session: FloorSession,
  queues: string[],
  { now }: FloorClock,
  sleep: (ms: number) => Promise<void>,
): Promise<Floor[]> {
  let open = await session.openWriters();
  for (let waited = 0; open.length > 0; open = await session.openWriters(open)) {
    const ms = Math.min(Math.max(waited / 10, LEAST_WAIT_MS), MOST_WAIT_MS);
    await sleep(ms);
    waited += ms;
  }
  const floors = await session.advance(queues, now, MARGIN_MS);
  if (floors.length > 0) await session.raise(floors);
  return floors;
}
