// The runner's own statements, which `migrate` runs and `pendingSql` prints: the schema's home and its bookkeeping.

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

/** The schema and the table that remembers what ran. */
export const MAKE_SCHEMA = `create schema if not exists taskqueue;
create table if not exists taskqueue.migrations (
  file text primary key,
  checksum text not null,       -- sha256 of the text, line ends as LF
  applied_at timestamptz not null default pg_catalog.clock_timestamp()
)`;

/** Functions may name each other whatever the order of their files; a busy table stops a migration for seconds, not for good. */
export const SETTINGS = `set local check_function_bodies = off;
set local search_path = pg_catalog, pg_temp;
set local lock_timeout = '5s';
set local statement_timeout = 0;
set local client_min_messages = warning`;

/** Remembers that a file ran. */
export const remember = ({ file, checksum }: MigrationFile): string =>
  `insert into taskqueue.migrations (file, checksum) values ('${file}', '${checksum}')
on conflict (file) do update set checksum = excluded.checksum, applied_at = pg_catalog.clock_timestamp()`;

/** What ran so far. */
export const READ_APPLIED = 'select file, checksum from taskqueue.migrations';
