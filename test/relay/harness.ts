// A store with an outbox, and a relay from it to the tasks of a test's database.

import type pg from 'pg';
import pgPackage from 'pg';
import { onTestFinished } from 'vitest';
import { OUTBOX_TABLE, Outbox, outboxSql } from '../../src/relay/outbox.ts';
import { RelaySource } from '../../src/relay/relay-source.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { aLogger } from '../handler/a-task-request.ts';
import { bareDatabase } from '../support/bare-database.ts';

export interface Store {
  url: string;
  pool: pg.Pool;
  /** Writes rows, each in a transaction of its own. */
  write(...rows: { queue?: string; task: unknown; key?: string }[]): Promise<string[]>;
  /** The rows that are left, in order. */
  left(): Promise<string[]>;
}

export async function makeStore(table = OUTBOX_TABLE): Promise<Store> {
  const { url } = await bareDatabase();
  const pool = new pgPackage.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  onTestFinished(() => pool.end());
  await pool.query(outboxSql(table));
  return {
    url,
    pool,
    write: async (...rows) => {
      const ids: string[] = [];
      for (const { queue = 'default', task, key = null } of rows) {
        const text = `insert into ${table} (queue, task, key) values ($1, $2, $3) returning id`;
        ids.push((await pool.query(text, [queue, JSON.stringify(task), key])).rows[0].id);
      }
      return ids;
    },
    left: async () => (await pool.query(`select id from ${table} order by position`)).rows.map(({ id }) => id),
  };
}

/** A source whose clock stands still, so that what is set aside stays so until the clock is moved. */
export function relayFrom(store: Store, target: pg.Pool, name = 'shop') {
  const clock = new ManualClock(systemClock.now());
  const logger = aLogger();
  const outbox = new Outbox(store.pool, OUTBOX_TABLE);
  const source = new RelaySource({ name, outbox, target, clock, logger });
  const { signal } = new AbortController();
  return { source, clock, logger, pass: () => source.runOnce(signal) };
}
