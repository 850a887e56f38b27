// Asks PostgreSQL what is left on the server processes of a pooler while nobody uses them.

import pg from 'pg';
import { eventually } from '../support/eventually.ts';
import { rows } from '../support/sql.ts';

/** PgBouncer sets these for each of its clients; the others are those of a transaction. */
const NOT_OURS = `'application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings',
  'transaction_isolation', 'transaction_read_only', 'transaction_deferrable'`;

const SETTINGS = `select name || '=' || setting as setting from pg_settings 
  where name not in (${NOT_OURS}) and name not like 'plpgsql.%'`;

const LEFT = `
  select 'lock ' || l.classid || ' ' || l.objid as what from pg_locks as l
    where l.pid = pg_backend_pid() and l.locktype not in ('relation', 'virtualxid', 'transactionid')
  union all select 'channel ' || c from pg_listening_channels() as c
  union all select 'prepared ' || name from pg_prepared_statements where name <> ''
  union all select 'cursor ' || name from pg_cursors where name <> ''
  union all select 'table ' || relname from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'
  union all select 'role ' || current_user where current_user <> session_user
  union all select 'actor ' || current_setting('taskqueue.actor') where current_setting('taskqueue.actor', true) <> ''`;

/**
 * Everything that differs between a pooler's server processes and a new one: settings, locks, channels, prepared
 * statements, cursors, temporary tables, a role. All of them are asked, each by a client in a transaction of its own.
 *
 * @param size the number of connections of the pooler
 * @param direct connection string of the same database
 */
export async function leftOnBackends(url: string, size: number, direct: string): Promise<string[]> {
  const clients = Array.from({ length: size }, () => new pg.Client({ connectionString: url, query_timeout: 10_000 }));
  const other = new pg.Client(direct);
  await other.connect();
  try {
    await eventually(() => requireNoTransaction(other));
    const fresh = new Set(await settingsOf(other));
    const pids = new Set<number>();
    const left: string[] = [];
    for (const client of clients) {
      await client.connect();
      await client.query('begin');
      pids.add((await client.query('select pg_backend_pid() as pid')).rows[0].pid);
      left.push(...(await rows<{ what: string }>(client, LEFT)).map(({ what }) => what));
      left.push(...(await settingsOf(client)).filter((setting) => !fresh.has(setting)));
    }
    if (pids.size !== size) throw new Error(`${size} server processes must be asked, got ${pids.size}`);
    return left;
  } finally {
    for (const client of [other, ...clients]) await client.end();
  }
}

async function settingsOf(client: pg.Client): Promise<string[]> {
  return (await rows<{ setting: string }>(client, SETTINGS)).map(({ setting }) => setting);
}

async function requireNoTransaction(client: pg.Client): Promise<void> {
  const open = await rows<{ query: string }>(
    client,
    `select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
  );
  if (open.length > 0) throw new Error(`a transaction is open: ${open.map(({ query }) => query).join('; ')}`);
}
