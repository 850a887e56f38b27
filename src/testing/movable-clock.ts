// A movable database clock for tests of tasks due tomorrow, expiring leases and expiring tombstones, without waiting.

import type { Executor } from '../postgres/executor.ts';

export interface MovableClock {
  /** Moves the clock forward, or back by a negative number, with a precision of microseconds. */
  advance(seconds: number): Promise<void>;
  /** Sets the clock to this instant. */
  set(instant: Date | string): Promise<void>;
  /** Returns the database's time. */
  now(): Promise<Date>;
}

const INSTALL = `
  create table if not exists taskqueue._test_clock (now pg_catalog.timestamptz not null);
  grant select on taskqueue._test_clock to public;
  delete from taskqueue._test_clock;
  insert into taskqueue._test_clock values (pg_catalog.clock_timestamp());
  create or replace function taskqueue._now() returns pg_catalog.timestamptz language sql volatile
    as $$ select now from taskqueue._test_clock $$;`;

/** The owner of the schema, who must own the new table too. */
const OWNER = `select pg_catalog.quote_ident(r.rolname) as owner from pg_catalog.pg_namespace as n
  join pg_catalog.pg_roles as r on r.oid operator(pg_catalog.=) n.nspowner
  where n.nspname operator(pg_catalog.=) 'taskqueue'`;

/**
 * Permanently replaces the database's clock by one that stands still until it is moved. Only for test databases.
 *
 * @param executor a connection or pool of the schema's owner or a superuser
 * @example
 * const clock = await movableClock(pool)
 * await clock.advance(3600)
 */
export async function movableClock(executor: Executor): Promise<MovableClock> {
  // Sends one statement at a time, for executors that use prepared statements.
  for (const statement of INSTALL.split(';').filter((text) => text.trim())) await executor.query(statement, []);
  const { rows } = await executor.query(OWNER, []);
  await executor.query(`alter table taskqueue._test_clock owner to ${rows[0].owner}`, []);
  return {
    async advance(seconds) {
      const step = Math.round(seconds * 1_000_000);
      await executor.query(
        `update taskqueue._test_clock set now = now operator(pg_catalog.+)
         ($1::bigint operator(pg_catalog.*) interval '1 microsecond')`,
        [step],
      );
    },
    async set(instant) {
      await executor.query('update taskqueue._test_clock set now = $1::pg_catalog.timestamptz', [instant]);
    },
    async now() {
      const { rows } = await executor.query(
        'select (extract(epoch from now) operator(pg_catalog.*) 1000000)::bigint as now from taskqueue._test_clock',
        [],
      );
      return new Date(Math.floor(Number(rows[0].now) / 1000));
    },
  };
}
