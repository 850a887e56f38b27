// Waits for locks on tables in use: short attempts with growing pauses, so nothing queues behind a waiting migration.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, DatabaseError } from 'pg';
import { TransientError } from '../../domain/errors.ts';

/** How long to wait, and where waits are logged. */
export interface Patience {
  /** Timeout in seconds. */
  waitSeconds: number;
  log(line: string): void;
}

const LOCKED = ['55P03', '40P01']; // lock timeout, deadlock
// Another database of the cluster is creating the same roles and rights.
const PASSING = ['XX000', '23505', '42710'];
const TRIES = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Retries an attempt as long as other sessions block it.
 *
 * @param holders a query for `holder`: a description of the sessions that may block
 * @throws TransientError on timeout; any other error of the attempt unchanged
 */
export async function patiently<T>(
  client: Client,
  { waitSeconds, log }: Patience,
  attempt: () => Promise<T>,
  holders: string = TABLE_HOLDERS,
): Promise<T> {
  const until = performance.now() + waitSeconds * 1000;
  let logged = '';
  for (let tries = 1, pause = FIRST_PAUSE_MS; ; tries++, pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const { code = '' } = ((error as Error).cause ?? error) as DatabaseError;
      const locked = LOCKED.includes(code);
      if (!locked && (tries === TRIES || !PASSING.includes(code))) throw error;
      const obstacle = locked ? `waiting for ${await namesOf(client, holders)}` : (error as Error).message;
      if (locked && performance.now() + pause > until) throw gaveUp(obstacle, waitSeconds, code, error);
      if (obstacle !== logged) log(`${obstacle}; retrying`);
      logged = obstacle;
      await sleep(pause);
    }
  }
}

function gaveUp(obstacle: string, seconds: number, sqlState: string, cause: unknown): TransientError {
  return new TransientError(`timed out after ${seconds} s ${obstacle}`, {
    sqlState,
    hint: 'Committed files stay applied. Migrate again when that session has ended, or end it: select pg_terminate_backend(PID).',
    cause,
  });
}

async function namesOf(client: Client, holders: string): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(holders);
  return rows.map(({ holder }) => holder).join(', ') || 'a lock';
}

// The oldest transaction on the schema's tables. Everyone can see the pid of other roles' sessions, but only members of
// pg_read_all_stats their application and age.
const TABLE_HOLDERS = `select coalesce('prepared transaction ' || x.gid,
    format('pid %s (%s)', l.pid, coalesce(nullif(a.application_name, ''), a.backend_type, 'no name'))) as holder
from pg_catalog.pg_locks as l
left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
left join pg_catalog.pg_prepared_xacts as x on l.pid is null and l.virtualtransaction = '-1/' || x.transaction
where l.granted and l.locktype = 'relation' and l.pid is distinct from pg_catalog.pg_backend_pid()
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
  and l.relation in (select c.oid from pg_catalog.pg_class as c
                     where c.relnamespace = pg_catalog.to_regnamespace('taskqueue'))
group by 1
order by pg_catalog.min(coalesce(a.xact_start, x.prepared)) nulls last limit 1`;
