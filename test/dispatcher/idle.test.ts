import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const database = useDatabase();

test('with 100 queues, half of them pull queues, and nothing due, a dispatcher sends less than one statement a second', async () => {
  await database.pool.query(
    `select taskqueue.create_queue('idle-' || n, mode => case n % 2 when 0 then 'push' else 'pull' end) from generate_series(1, 99) as n`,
  );
  const asked: unknown[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    asked.push(given[0]);
    return Reflect.apply(query, this, given);
  } as typeof query;
  const dispatcher = new Dispatcher({
    database: database.url,
    targets: { default: () => new Response() },
    logger: silentLogger,
  });
  try {
    await dispatcher.start();
    await eventually(async () => {
      const asleep = `select count(*)::integer as n from pg_locks where locktype = 'advisory' and classid = ${LOCKS.bell}
                      and database = (select oid from pg_database where datname = current_database())`;
      expect((await database.pool.query(asleep)).rows[0].n).toBe(50);
    });
    await eventually(async () => {
      asked.length = 0;
      await after(2_000);
      expect(asked.length).toBeLessThanOrEqual(3); // it has started, checked and gone to sleep
    });
    asked.length = 0;
    await after(10_000);
    expect(asked.length, JSON.stringify(asked, null, 1)).toBeLessThanOrEqual(10);
  } finally {
    pg.Client.prototype.query = query;
    await dispatcher.stop();
  }
});
