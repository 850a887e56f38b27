import { expect, test } from 'vitest';
import { movableClock } from '../../src/testing/movable-clock.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();

test("moves the database's clock, to the microsecond, for every role", async () => {
  const clock = await movableClock(database.pool);
  await clock.set('2026-11-21 10:00:00.123456+00');
  const enqueuer = await database.asRole('taskqueue_enqueuer');
  const created = async () => {
    const { rows } = await enqueuer.query(
      `select (extract(epoch from created) * 1000000)::bigint as created from taskqueue.add(url => '/x')`,
    );
    return BigInt(rows[0].created);
  };
  const first = await created();
  expect(first).toBe(BigInt(Date.UTC(2026, 10, 21, 10)) * 1000n + 123_456n);
  await clock.advance(0.000_001);
  expect((await created()) - first).toBe(1n);
  await clock.advance(-3600);
  expect(await clock.now()).toEqual(new Date('2026-11-21T09:00:00.123Z'));
});

test('starts from the present when it is installed again', async () => {
  const clock = await movableClock(database.pool);
  expect(Math.abs((await clock.now()).getTime() - Date.now())).toBeLessThan(5_000);
});
