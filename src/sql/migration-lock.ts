// Migrations of a database take turns, by a session lock: the tables whose rows could be locked are yet to be made. Everyone who may connect can take
// it; so only those who could migrate are waited for.

import type { Client } from 'pg';
import { MIGRATION_LOCK } from './locks.ts';

/** So often those who wait look whom they wait for. */
const LOOK_EVERY = '1s';

const STRANGER = `select l.pid, a.usename as role
  from pg_catalog.pg_locks as l
  join pg_catalog.pg_stat_activity as a on a.pid = l.pid
  join pg_catalog.pg_database as d on d.oid = l.database and d.datname = pg_catalog.current_database()
  where l.locktype = 'advisory' and l.classid = 0 and l.objid = $1 and l.objsubid = 1 and l.granted
    and not pg_catalog.has_database_privilege(a.usesysid, d.oid, 'create')
    and not exists (select from pg_catalog.pg_namespace as n
                    where n.nspname = 'taskqueue' and pg_catalog.pg_has_role(a.usesysid, n.nspowner, 'member'))
  limit 1`;

/**
 * Waits for its turn; the session's end gives it back.
 *
 * @throws Error that names the session that holds the lock and couldn't migrate
 */
export async function lockMigrations(client: Client): Promise<void> {
  for (;;) {
    if (await triedLock(client)) return;
    const { rows } = await client.query(STRANGER, [MIGRATION_LOCK]);
    if (rows.length > 0) throw new Error(refusal(rows[0]));
  }
}

async function triedLock(client: Client): Promise<boolean> {
  await client.query(`set lock_timeout = '${LOOK_EVERY}'`);
  try {
    await client.query('select pg_catalog.pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '55P03') return false;
    throw error;
  } finally {
    await client.query('reset lock_timeout').catch(() => {}); // of a connection that is gone, the first error says more
  }
}

function refusal({ pid, role }: { pid: number; role: string }): string {
  return `session ${pid} of role ${role} holds the lock of migrations, and may not migrate: end it with select pg_terminate_backend(${pid})`;
}
