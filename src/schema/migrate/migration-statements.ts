// The statements around the migration files, which `migrate` runs and `pendingSql` prints: creating the schema, and
// bookkeeping.

import { replaceFunctions } from './function-file.ts';
import type { MigrationFile } from './migration-files.ts';
import { SAVE_GRANTS } from './saved-grants.ts';

/**
 * Works as `taskqueue_owner` until the transaction ends, if the user may, and then returns one row. A schema created
 * without the role stays with the user who created it. PostgreSQL 16 distinguishes membership from the right to `set
 * role`.
 */
export const BECOME_OWNER = `select pg_catalog.set_config('role', r.rolname, true)
from pg_catalog.pg_roles r
left join pg_catalog.pg_namespace n on n.nspname = 'taskqueue'
where r.rolname = 'taskqueue_owner'
  and pg_catalog.pg_has_role(current_user, r.oid,
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end)
  and case when n.oid is null then pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'create')
           else n.nspowner = r.oid end`;

/** The same until `reset role`, for a file that cannot run in a transaction. */
export const BECOME_OWNER_FOR_SESSION = BECOME_OWNER.replace('r.rolname, true', 'r.rolname, false');

/** If the user may, makes autovacuum yield within the migration's short lock timeout instead of after a second. */
export const HURRY_AUTOVACUUM = `select pg_catalog.set_config('deadlock_timeout', '50ms', true)
where pg_catalog.has_parameter_privilege('deadlock_timeout', 'set')`;

/** Creates the schema, the table of files that ran, and the table of the schema's versions. */
export const MAKE_SCHEMA = `create schema if not exists taskqueue;
create table if not exists taskqueue.migrations (
  file text primary key,
  checksum text not null,       -- sha256 of the text, line ends as LF
  applied_at timestamptz not null default pg_catalog.clock_timestamp()
);
create table if not exists taskqueue.schema_versions (
  version integer primary key,  -- the highest is the schema's
  release text not null,        -- the first program that made it
  owner text not null,          -- the role that everything belonged to, which a copy without owners has lost
  applied_at timestamptz not null default pg_catalog.clock_timestamp()
)`;

/**
 * Functions may refer to each other whatever the order of their files. A session that waits for a table lock makes all
 * later ones wait too, so the wait is short and is retried. On a Citus coordinator the schema and its roles stay on the
 * coordinator; without Citus that setting has no effect.
 */
export const SETTINGS = `set local check_function_bodies = off;
set local search_path = pg_catalog, pg_temp;
set local lock_timeout = '100ms';
set local statement_timeout = 0;
set local client_min_messages = warning;
set local citus.enable_ddl_propagation = off`;

/**
 * Every call reads the queues before the tasks. Blocked at the queues, no call is between the two when the columns of
 * the tasks change, where PL/pgSQL would fail with "structure of query does not match function result type".
 */
const BLOCK_CALLS = `do $hold$
begin
  if pg_catalog.to_regclass('taskqueue._queues') is not null then
    lock table taskqueue._queues in access exclusive mode;
  end if;
end
$hold$`;

/** Begins the transaction of a batch, before its files. */
export const beginBatch = (batch: MigrationFile[]): string =>
  [SETTINGS, SAVE_GRANTS, ...(batch.some(({ kind }) => kind === 'numbered') ? [BLOCK_CALLS] : [])].join(';\n');

/** The statement that runs a file. */
export const statementOf = ({ kind, sql }: MigrationFile): string =>
  kind === 'function' ? replaceFunctions(sql) : sql;

/** Records that a file ran. */
export const remember = ({ file, checksum }: MigrationFile): string =>
  `insert into taskqueue.migrations (file, checksum) values ('${file}', '${checksum}')
on conflict (file) do update set checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp()`;

/** Records the schema's version and owner. */
export const rememberVersion = (version: number, release: string): string =>
  `insert into taskqueue.schema_versions as v (version, release, owner) values (${version}, '${release}', current_user)
on conflict (version) do update set owner = excluded.owner where v.owner <> excluded.owner`;

/** Lists the files that ran. */
export const READ_APPLIED = 'select file, checksum from taskqueue.migrations';

/** Lists the existing functions and views. */
export const READ_PRESENT = `select p.proname as name from pg_catalog.pg_proc as p
where p.pronamespace = pg_catalog.to_regnamespace('taskqueue')
union all
select c.relname from pg_catalog.pg_class as c
where c.relnamespace = pg_catalog.to_regnamespace('taskqueue') and c.relkind = 'v'`;
