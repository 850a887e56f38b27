// Migrations of a database take turns, by an advisory lock: the tables whose rows could be locked are yet to be made. Everyone who may connect can take
// it; so only those who could migrate are waited for.

import type { Client } from 'pg';
import type { PrimaryClient } from '../../postgres/primary-client.ts';
import { MIGRATION_LOCK } from '../locks.ts';
import { type Patience, patiently } from './lock-patience.ts';

const HOLDERS = `from pg_catalog.pg_locks as l
  join pg_catalog.pg_database as d on d.oid = l.database and d.datname = pg_catalog.current_database()
  left join pg_catalog.pg_stat_activity as a on a.pid = l.pid
  where l.locktype = 'advisory' and l.classid = 0 and l.objid = ${MIGRATION_LOCK} and l.objsubid = 1 and l.granted`;

const STRANGER = `select l.pid, a.usename as role ${HOLDERS}
    and not pg_catalog.has_database_privilege(a.usesysid, d.oid, 'create')
    and not exists (select from pg_catalog.pg_namespace as n
                    where n.nspname = 'taskqueue' and pg_catalog.pg_has_role(a.usesysid, n.nspowner, 'member'))
  limit 1`;

const IN_WORDS = `select format('pid %s (%s)', l.pid, coalesce(nullif(a.application_name, ''), 'no name')) as holder ${HOLDERS}`;

/**
 * Waits for its turn, on a connection of its own: a transaction keeps the lock, so that a pooler that shares connections can't leave it behind with others.
 * Whoever loses that connection loses `client`, too.
 *
 * @returns what gives the turn back
 * @throws Error that names the session that holds the lock and couldn't migrate · TransientError when it was in vain
 */
export async function lockMigrations(client: PrimaryClient, patience: Patience): Promise<() => Promise<void>> {
  const holder = client.another();
  let over = false;
  holder.on('error', () => {}); // its queries reject
  holder.on('end', () => over || client.end());
  const end = async () => {
    over = true;
    await holder.query('rollback').catch(() => {}); // of a connection that is gone the lock is free
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

/** No limit on idle sessions may end it while files run. */
const BEGIN = `begin; set local lock_timeout = '1s';
  select pg_catalog.set_config(s.name, '0', true) from pg_catalog.pg_settings as s
  where s.name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`;

/** Without parameters: they leave a snapshot behind until the transaction's end, for which an index that is made concurrently would wait. */
const LOCK = `select pg_catalog.pg_advisory_xact_lock(${MIGRATION_LOCK})`;

async function lock(holder: Client): Promise<void> {
  await holder.query(BEGIN);
  try {
    await holder.query(LOCK);
  } catch (error) {
    await holder.query('rollback');
    if ((error as { code?: string }).code !== '55P03') throw error;
    const { rows } = await holder.query(STRANGER);
    throw rows.length > 0 ? new Error(refusal(rows[0])) : error;
  }
}

function refusal({ pid, role }: { pid: number; role: string }): string {
  return `session ${pid} of role ${role} holds the lock of migrations, and may not migrate: end it with select pg_terminate_backend(${pid})`;
}
