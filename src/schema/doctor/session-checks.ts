// The doctor's checks of sessions: the isolation level of applications' transactions, and whether settings sent by
// pgtaskqueue take effect.

import type { Finding } from '../../domain/finding.ts';
import { DirectClient } from '../../postgres/direct-client.ts';
import type { Executor } from '../../postgres/executor.ts';

/** Runs both checks; none for other clients, which send no settings. */
export async function checkSessions(database: Executor): Promise<Finding[]> {
  if (!(database instanceof DirectClient)) return [];
  return [await isolation(database), pinning(database)];
}

/**
 * Finds defaults under which transactions keep one snapshot from beginning to end. A lease call in such a transaction
 * cannot see what was committed since, so it never raises its queue's floor.
 */
async function isolation(database: DirectClient): Promise<Finding> {
  const sources = [...(await configuredIn(database)), ...(await withoutSettings(database))];
  return sources.length === 0
    ? { check: 'isolation', level: 'ok', detail: 'transactions are READ COMMITTED by default' }
    : {
        check: 'isolation',
        level: 'warn',
        detail: `${sources.join('; ')}: without a dispatcher, lease calls never raise floors and get slower as tasks are finished`,
        remedy: 'Set default_transaction_isolation to read committed there, or run pgtaskqueue serve.',
      };
}

const SNAPSHOTS = ['repeatable read', 'serializable'];

async function configuredIn(database: DirectClient): Promise<string[]> {
  const { rows } = await database.query(
    `select pg_catalog.pg_get_userbyid(s.setrole)::pg_catalog.text as role,
     s.setrole operator(pg_catalog.=) 0 as everyone,
            d.datname::pg_catalog.text as database, pg_catalog.lower(pg_catalog.split_part(c.entry, '=', 2))
              as isolation
     from pg_catalog.pg_db_role_setting as s
          left join pg_catalog.pg_database as d on d.oid operator(pg_catalog.=) s.setdatabase,
          pg_catalog.unnest(s.setconfig) as c(entry)
     where (d.oid is null or d.datname operator(pg_catalog.=) pg_catalog.current_database())
       and pg_catalog.split_part(c.entry, '=', 1) operator(pg_catalog.=) 'default_transaction_isolation'
     order by s.setrole, s.setdatabase`,
  );
  return rows
    .filter((row) => SNAPSHOTS.includes(row.isolation))
    .map(({ role, everyone, database: name, isolation: level }) => {
      const who = [everyone ? undefined : `role ${role}`, name === null ? undefined : `database ${name}`];
      return `${who.filter(Boolean).join(' in ') || 'every role'} begins transactions as ${level.toUpperCase()}`;
    });
}

/** Reads the server's own configuration on a connection that sends no settings. */
async function withoutSettings(database: DirectClient): Promise<string[]> {
  const plain = database.another();
  plain.on('error', () => {});
  try {
    await plain.connect();
    const { rows } = await plain.query(
      `select s.setting, s.source from pg_catalog.pg_settings as s
       where s.name operator(pg_catalog.=) 'default_transaction_isolation'`,
    );
    const [{ setting, source }] = rows;
    const named = ['database', 'user', 'database user'].includes(source); // already found by configuredIn
    if (named || !SNAPSHOTS.includes(setting)) return [];
    return [
      `${source === 'client' ? 'this connection' : 'the server'} begins transactions as ${setting.toUpperCase()}`,
    ];
  } finally {
    await plain.end();
  }
}

function pinning({ pinned }: DirectClient): Finding {
  return pinned
    ? { check: 'session settings', level: 'ok', detail: 'connections of pgtaskqueue use their own search_path' }
    : {
        check: 'session settings',
        level: 'warn',
        detail: "a pooler drops the settings of connections: they use their login's search_path",
        remedy: 'Connect directly, or revoke create on the schemas of that path from roles you do not trust.',
      };
}
