// One tick of the keeper: raises the floors of some queues as far as it is safe.
//
//   horizon ──▶ witnesses ──▶ wait until none of them lives ──▶ walk (its moves are committed) ──▶ raise
//
// A due time is computed while its transaction holds the lock on the table. So whatever is due before the horizon was written by a transaction that had
// committed before the witnesses were listed, or by a witness: once they are gone, a new snapshot shows it, and the walk stops at it. Each arrow is the end of a
// statement, and the order is all there is to it. Remembering a candidate for the floor and adopting it later strands tasks; so does walking before
// the witnesses are gone.

import type { Floor, Horizon } from '../../store/floors.ts';

/** The keeper's connection. */
export interface FloorSession {
  horizon(): Promise<Horizon>;
  witnesses(among?: string[]): Promise<string[]>;
  advance(queues: string[], until: string, marginMs: number): Promise<Floor[]>;
  raise(floors: Floor[]): Promise<void>;
  close(): Promise<void>;
}

/** The clock may be stepped by this much without harm. */
const MARGIN_MS = 100;
/** Between two looks at the witnesses: a tenth of the time they have taken already, but … */
const LEAST_WAIT_MS = 5;
const MOST_WAIT_MS = 2_000;

/**
 * @param sleep waits for some milliseconds; rejects when there is no use in waiting any more
 * @returns how far each floor was raised
 */
export async function raiseFloors(
  session: FloorSession,
  queues: string[],
  { horizon }: Horizon,
  sleep: (ms: number) => Promise<void>,
): Promise<Floor[]> {
  let open = await session.witnesses();
  for (let waited = 0; open.length > 0; open = await session.witnesses(open)) {
    const ms = Math.min(Math.max(waited / 10, LEAST_WAIT_MS), MOST_WAIT_MS);
    await sleep(ms);
    waited += ms;
  }
  const floors = await session.advance(queues, horizon, MARGIN_MS);
  if (floors.length > 0) await session.raise(floors);
  return floors;
}
