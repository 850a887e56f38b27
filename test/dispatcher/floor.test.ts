import { expect, test } from 'vitest';
import { databasePorts } from '../../src/dispatcher/database/sessions.ts';
import type { FloorSession } from '../../src/dispatcher/upkeep/raise-floors.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { useDatabase } from '../support/db.ts';
import { FloorSoak, PULL, PUSH } from './floor-soak.ts';

const LONG = process.env.SOAK === 'floor';

const database = useDatabase();

const openFloorSession = () => databasePorts(database.url, systemClock, silentLogger).openFloorSession(() => {});

async function soak(seconds: number, sessions: FloorSession[]): Promise<FloorSoak> {
  const run = new FloorSoak(database);
  await run.createQueues();
  await run.run(seconds, sessions);
  return run;
}

async function deleteQueues(): Promise<void> {
  await database.pool.query('select taskqueue.delete_queue(q) from unnest($1::text[]) as q', [[PULL, PUSH]]);
  await database.pool.query(`update taskqueue._queues set deleted_at = '-infinity' where name = any ($1)`, [
    [PULL, PUSH],
  ]); // the names can be used again
}

test('two floor loops under load: no task is left below the floor, and none is early', async () => {
  const run = await soak(LONG ? 20 : 6, [await openFloorSession(), await openFloorSession()]);
  if (LONG) console.log({ committed: run.committed.size, ticks: run.ticks });
  expect(await run.stranded()).toBe(0);
  expect(run.undelivered()).toEqual([]);
  expect(run.early).toEqual([]);
  expect(run.committed.size).toBeGreaterThan(100);
  expect(run.ticks).toBeGreaterThan(5);
  await deleteQueues();
});

test('the test can fail: a floor loop that does not wait for open writers strands tasks', async () => {
  const session = await openFloorSession();
  const run = await soak(LONG ? 10 : 3, [{ ...session, openWriters: async () => [] }]);
  expect(await run.stranded()).toBeGreaterThan(0);
  await deleteQueues();
});
