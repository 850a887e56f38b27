// Serialises the migrations of a database by an advisory lock, because tables with rows to lock may not exist yet. Any
// role that can connect can take it, so the migration waits only for holders that could migrate.

import type { Client } from 'pg';
import type { PrimaryClient } from '../../postgres/primary-client.ts';
import { MIGRATION_LOCK } from '../locks.ts';
import { type Patience, patiently } from './lock-patience.ts';

const HOLDERS = `from pg_catalog.pg_locks as l
  join pg_catalog.pg_database as d on d.oid = l.database and d.datname = pg_catalog.current_database()
  left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
  where l.locktype = 'advisory' and l.classid = 0 and l.objid = ${MIGRATION_LOCK} and l.objsubid = 1 and l.granted`;

const UNAUTHORIZED = `select l.pid, a.usename as role ${HOLDERS}
    and not pg_catalog.has_database_privilege(a.usesysid, d.oid, 'create')
    and not exists (select from pg_catalog.pg_namespace as n
                    where n.nspname = 'taskqueue' and pg_catalog.pg_has_role(a.usesysid, n.nspowner, 'member'))
  limit 1`;

const IN_WORDS = `select format('pid %s (%s)', l.pid, coalesce(nullif(a.application_name, ''), 'no name')) as holder ${HOLDERS}`;

/**
 * Takes the lock on a separate connection. A transaction holds it, so a pooler in transaction mode cannot leave it
 * behind. If that connection is lost, `client` is closed too.
 *
 * @returns a function that releases the lock
 * @throws Error that names a session that holds the lock but could not migrate · TransientError on timeout
 */
export async function lockMigrations(client: PrimaryClient, patience: Patience): Promise<() => Promise<void>> {
  const holder = client.another();
  let over = false;
  holder.on('error', () => {}); // its queries reject
  holder.on('end', () => over || client.end());
  const end = async () => {
    over = true;
    await holder.query('rollback').catch(() => {}); // a lost connection has already released the lock
    await holder.end();
  };
  await holder.connect();
  try {
    await patiently(holder, patience, () => lock(holder), IN_WORDS);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/** No limit on idle transactions may end it while files run. */
const BEGIN = `begin; set local lock_timeout = '1s';
  select pg_catalog.set_config(s.name, '0', true) from pg_catalog.pg_settings as s
  where s.name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`;

/**
 * It has no parameters, because these would keep a snapshot until the end of the transaction, for which a concurrent
 * index build would wait.
 */
const LOCK = `select pg_catalog.pg_advisory_xact_lock(${MIGRATION_LOCK})`;

async function lock(holder: Client): Promise<void> {
  await holder.query(BEGIN);
  try {
    await holder.query(LOCK);
  } catch (error) {
    await holder.query('rollback');
    if ((error as { code?: string }).code !== '55P03') throw error;
    const { rows } = await holder.query(UNAUTHORIZED);
    throw rows.length > 0 ? new Error(refusal(rows[0])) : error;
  }
}

function refusal({ pid, role }: { pid: number; role: string }): string {
  return `session ${pid} of role ${role} holds the migration lock but may not migrate; end it: select pg_terminate_backend(${pid})`;
}
