// Ways of raising a floor that look as good as the right one but strand tasks.

import type { FloorSession } from '../../../src/dispatcher/upkeep/raise-floors.ts';
import type { Database } from '../../support/sql.ts';
import { value } from '../../support/sql.ts';
import type { Tick } from './stepped-floor-loop.ts';

const MARGIN_MS = 100;

async function untilGone(session: FloorSession, sleep: (ms: number) => Promise<void>): Promise<void> {
  let open = await session.openWriters();
  while (open.length > 0) {
    await sleep(20);
    open = await session.openWriters(open);
  }
}

/** Walks and raises without checking for open writers. */
export const adoptsAtOnce: Tick = async (session, queues) => {
  const { now } = await session.clock();
  await session.raise(await session.advance(queues, now, MARGIN_MS));
};

/** Walks first, waits until the open writers have ended, and adopts the result of the walk. */
export const adoptsLater: Tick = async (session, queues, sleep) => {
  const { now } = await session.clock();
  const candidate = await session.advance(queues, now, MARGIN_MS);
  await untilGone(session, sleep);
  await session.raise(candidate);
};

/** Replaces a piece of a database function; any white space matches any other. */
export async function rewrite(
  database: Database,
  name: string,
  from: string,
  to: string,
): Promise<() => Promise<void>> {
  const whole = await value<string>(database, 'select pg_get_functiondef($1::regproc)', [`taskqueue.${name}`]);
  const words = from.split(/\s+/).map((word) => word.replace(/[^\w\s]/g, '\\$&'));
  const piece = new RegExp(words.join('\\s+'));
  if (!piece.test(whole)) throw new Error(`${name} has no ${from}`);
  await database.query(whole.replace(piece, () => to));
  return async () => {
    await database.query(whole);
  };
}

/** Computes the due time into a variable before it takes the lock on the table. */
export const computesDueBefore = (database: Database) =>
  rewrite(
    database,
    '_insert_tasks',
    'begin',
    `declare
       early constant timestamptz := taskqueue._now();
     begin`,
  ).then(async (undo) => {
    await rewrite(database, '_insert_tasks', 'taskqueue._now() as now offset 0', 'early as now offset 0');
    return undo;
  });
