import { expect, test } from 'vitest';
import { databasePorts } from '../../src/dispatcher/database/sessions.ts';
import type { FloorSession } from '../../src/dispatcher/upkeep/raise-floors.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { useDatabase } from '../support/db.ts';
import { FloorStorm, PULL, PUSH } from './floor-storm.ts';

const LONG = process.env.STORM === 'floor';

const database = useDatabase();

const openFloorSession = () => databasePorts(database.url, systemClock, silentLogger).openFloorSession(() => {});

async function storm(seconds: number, keepers: FloorSession[]): Promise<FloorStorm> {
  const raging = new FloorStorm(database);
  await raging.createQueues();
  await raging.rage(seconds, keepers);
  return raging;
}

async function deleteQueues(): Promise<void> {
  await database.pool.query('select taskqueue.delete_queue(q) from unnest($1::text[]) as q', [[PULL, PUSH]]);
  await database.pool.query(`update taskqueue._queues set deleted_at = '-infinity' where name = any ($1)`, [
    [PULL, PUSH],
  ]); // the names can be used again
}

test('two floor loops under load: no task is left below the floor, and none is early', {
  timeout: 120_000,
}, async () => {
  const raging = await storm(LONG ? 20 : 6, [await openFloorSession(), await openFloorSession()]);
  if (LONG) console.log({ committed: raging.committed.size, ticks: raging.ticks });
  expect(await raging.stranded()).toBe(0);
  expect(raging.undelivered()).toEqual([]);
  expect(raging.early).toEqual([]);
  expect(raging.committed.size).toBeGreaterThan(100);
  expect(raging.ticks).toBeGreaterThan(5);
  await deleteQueues();
});

test('the test can fail: a floor loop that does not wait for open writers strands tasks', {
  timeout: 60_000,
}, async () => {
  const keeper = await openFloorSession();
  const raging = await storm(LONG ? 10 : 3, [{ ...keeper, openWriters: async () => [] }]);
  expect(await raging.stranded()).toBeGreaterThan(0);
  await deleteQueues();
});
