// Waits for tables that others use: short tries with growing pauses between them, so that nobody queues behind a migration that waits.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, DatabaseError } from 'pg';
import { TransientError } from '../../domain/errors.ts';

/** How long, and who is told. */
export interface Patience {
  /** Seconds until it gives up. */
  waitSeconds: number;
  log(line: string): void;
}

const LOCKED = ['55P03', '40P01']; // lock timeout, deadlock
// Roles and rights that another database of the cluster makes at this moment.
const PASSING = ['XX000', '23505', '42710'];
const TRIES = 6;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Tries until it succeeds, as long as others are in the way.
 *
 * @param holders a query for `holder`, in words: those who may be in the way
 * @throws TransientError when it was in vain; any other error of the attempt as it is
 */
export async function patiently<T>(
  client: Client,
  { waitSeconds, log }: Patience,
  attempt: () => Promise<T>,
  holders: string = TABLE_HOLDERS,
): Promise<T> {
  const until = performance.now() + waitSeconds * 1000;
  let told = '';
  for (let tries = 1, pause = FIRST_PAUSE_MS; ; tries++, pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const { code = '' } = ((error as Error).cause ?? error) as DatabaseError;
      const locked = LOCKED.includes(code);
      if (!locked && (tries === TRIES || !PASSING.includes(code))) throw error;
      const inTheWay = locked ? `waiting for ${await namesOf(client, holders)}` : (error as Error).message;
      if (locked && performance.now() + pause > until) throw gaveUp(inTheWay, waitSeconds, code, error);
      if (inTheWay !== told) log(`${inTheWay}; trying again`);
      told = inTheWay;
      await sleep(pause);
    }
  }
}

function gaveUp(inTheWay: string, seconds: number, sqlState: string, cause: unknown): TransientError {
  return new TransientError(`gave up after ${seconds} s ${inTheWay}`, {
    sqlState,
    hint: 'What was committed stays. Migrate again when it has ended, or end it: select pg_terminate_backend(PID).',
    cause,
  });
}

async function namesOf(client: Client, holders: string): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(holders);
  return rows.map(({ holder }) => holder).join(', ') || 'a lock';
}

// The oldest transaction on our tables. Sessions of others show their application and age to members of pg_read_all_stats only; their pid always.
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
