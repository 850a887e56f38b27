// The runner's own statements, which `migrate` runs and `pendingSql` prints: the schema's home and its bookkeeping.

import { replaceFunctions } from './function-file.ts';
import { NOTE_GRANTS } from './kept-grants.ts';
import type { MigrationFile } from './migration-files.ts';

/**
 * Works as `taskqueue_owner` until the transaction ends, where the user may; answers one row when it does. A schema that
 * was made without the role stays with the user who made it. PostgreSQL 16 tells membership from the right to `set role`.
 */
export const BECOME_OWNER = `select pg_catalog.set_config('role', r.rolname, true)
from pg_catalog.pg_roles r
left join pg_catalog.pg_namespace n on n.nspname = 'taskqueue'
where r.rolname = 'taskqueue_owner'
  and pg_catalog.pg_has_role(current_user, r.oid,
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end)
  and case when n.oid is null then pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'create')
           else n.nspowner = r.oid end`;

/** The same until `reset role`, for a file that refuses a transaction. */
export const BECOME_OWNER_FOR_LONG = BECOME_OWNER.replace('r.rolname, true', 'r.rolname, false');

/** Where the user may, autovacuum gives way to a migration within its short wait for a lock, and not only after a second. */
export const HURRY_AUTOVACUUM = `select pg_catalog.set_config('deadlock_timeout', '50ms', true)
where pg_catalog.has_parameter_privilege('deadlock_timeout', 'set')`;

/** The schema, the table that remembers which files ran, and the one of the schema's versions. */
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
 * Functions may name each other whatever the order of their files. Whoever waits for a table makes all later ones wait, too: so the wait is
 * short, and is tried again.
 */
export const SETTINGS = `set local check_function_bodies = off;
set local search_path = pg_catalog, pg_temp;
set local lock_timeout = '100ms';
set local statement_timeout = 0;
set local client_min_messages = warning;
set local citus.enable_ddl_propagation = off`; // our schema and roles are the coordinator's alone; without Citus it means nothing

/**
 * Every call reads the queues before the tasks. Held there, none is between the two when the columns of the tasks change, where PL/pgSQL
 * would end it: "structure of query does not match function result type".
 */
const HOLD_CALLS = `do $hold$
begin
  if pg_catalog.to_regclass('taskqueue._queues') is not null then
    lock table taskqueue._queues in access exclusive mode;
  end if;
end
$hold$`;

/** What comes before the files of a portion, in its transaction. */
export const beginPortion = (portion: MigrationFile[]): string =>
  [SETTINGS, NOTE_GRANTS, ...(portion.some(({ kind }) => kind === 'numbered') ? [HOLD_CALLS] : [])].join(';\n');

/** What a file's text becomes. */
export const statementOf = ({ kind, sql }: MigrationFile): string =>
  kind === 'function' ? replaceFunctions(sql) : sql;

/** Remembers that a file ran. */
export const remember = ({ file, checksum }: MigrationFile): string =>
  `insert into taskqueue.migrations (file, checksum) values ('${file}', '${checksum}')
on conflict (file) do update set checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp()`;

/** Remembers that the schema has a version, and whose it is. */
export const rememberVersion = (version: number, release: string): string =>
  `insert into taskqueue.schema_versions as v (version, release, owner) values (${version}, '${release}', current_user)
on conflict (version) do update set owner = excluded.owner where v.owner <> excluded.owner`;

/** What ran so far. */
export const READ_APPLIED = 'select file, checksum from taskqueue.migrations';

/** Functions and views that are there. */
export const READ_PRESENT = `select p.proname as name from pg_catalog.pg_proc as p
where p.pronamespace = pg_catalog.to_regnamespace('taskqueue')
union all
select c.relname from pg_catalog.pg_class as c
where c.relnamespace = pg_catalog.to_regnamespace('taskqueue') and c.relkind = 'v'`;
