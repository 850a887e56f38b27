// The state of the PostgreSQL server, as far as it concerns task queues: cheap to read, and of no hot table.

import type { Executor } from '../postgres/executor.ts';
import { run, runOne, statement } from '../schema/call.ts';
import { microseconds } from '../schema/columns.ts';
import type { BigintValue } from '../schema/rows.ts';
import { readDate, readDateOrNull } from './values.ts';

/** Figures of the server and the database. */
export interface ServerState {
  database: string;
  version: string;
  /** When the server started. */
  started: Date;
  schemaVersion: number | null;
  /** How full the notification queue is, from 0 to 1. */
  notificationQueue: number;
  connections: { all: number; most: number; ours: number };
  /** The age of the oldest row that is not frozen, in transactions. */
  oldestXid: number;
  /** From which age PostgreSQL freezes rows whatever it costs. */
  freezeMaxAge: number;
  databaseBytes: number;
  /** False: sessions of other roles are hidden from this program. */
  seesAll: boolean;
}

/** The size of pgtaskqueue's tables, and what vacuum has left to remove. */
export interface TableState {
  bytes: number;
  live: number;
  dead: number;
  /** Estimated from their share. */
  deadBytes: number;
  /** The table with the most dead rows; null: there are none. */
  worst: string | null;
  vacuumed: Date | null;
}

export interface Standby {
  name: string;
  state: string | null;
  /** 'sync', 'async' … */
  sync: string | null;
  /** Null: nothing has been written since it caught up, or it is hidden. */
  lagSeconds: number | null;
  lagBytes: number | null;
}

export interface SettingInForce {
  name: string;
  value: string;
  /** Where it was set: default, configuration file, database … */
  source: string;
}

export async function readServerState(executor: Executor): Promise<ServerState> {
  const row = await runOne(executor, serverFigures());
  return {
    database: row.database,
    version: row.version,
    started: readDate(row.started),
    schemaVersion: row.schema_version,
    notificationQueue: row.notification_queue,
    connections: { all: row.connections, most: row.max_connections, ours: row.ours },
    oldestXid: row.oldest_xid,
    freezeMaxAge: row.freeze_max_age,
    databaseBytes: row.database_bytes,
    seesAll: row.sees_all,
  };
}

interface ServerFigures {
  database: string;
  version: string;
  started: BigintValue;
  schema_version: number | null;
  notification_queue: number;
  connections: number;
  max_connections: number;
  ours: number;
  oldest_xid: number;
  freeze_max_age: number;
  database_bytes: number;
  sees_all: boolean;
}

function serverFigures() {
  return statement<ServerFigures>(
    `select d.datname::pg_catalog.text as database, pg_catalog.current_setting('server_version') as version,
            ${microseconds('pg_catalog.pg_postmaster_start_time()')} as started,
            (select pg_catalog.max(v.version) from taskqueue.schema_versions as v)::integer as schema_version,
            pg_catalog.pg_notification_queue_usage() as notification_queue,
            (select pg_catalog.count(*) from pg_catalog.pg_stat_activity as a
             where a.backend_type operator(pg_catalog.=) 'client backend')::integer as connections,
            pg_catalog.current_setting('max_connections')::integer as max_connections,
            (select pg_catalog.count(*) from pg_catalog.pg_stat_activity as a
             where a.datname operator(pg_catalog.=) d.datname
               and pg_catalog.starts_with(a.application_name, 'pgtaskqueue'))::integer as ours,
            pg_catalog.age(d.datfrozenxid) as oldest_xid,
            pg_catalog.current_setting('autovacuum_freeze_max_age')::integer as freeze_max_age,
            pg_catalog.pg_database_size(d.oid)::pg_catalog.float8 as database_bytes,
            pg_catalog.pg_has_role('pg_read_all_stats', 'usage') as sees_all
     from pg_catalog.pg_database as d where d.datname operator(pg_catalog.=) pg_catalog.current_database()`,
  );
}

/** The size of the database in bytes. */
export async function readDatabaseSize(executor: Executor): Promise<number> {
  const size = statement<{ bytes: number }>(
    'select pg_catalog.pg_database_size(pg_catalog.current_database())::pg_catalog.float8 as bytes',
  );
  return (await runOne(executor, size)).bytes;
}

export async function readTableState(executor: Executor): Promise<TableState> {
  const { vacuumed, dead_bytes, ...row } = await runOne(executor, tableFigures());
  return { ...row, deadBytes: dead_bytes, vacuumed: readDateOrNull(vacuumed) };
}

interface TableFigures {
  bytes: number;
  live: number;
  dead: number;
  dead_bytes: number;
  worst: string | null;
  vacuumed: BigintValue | null;
}

function tableFigures() {
  return statement<TableFigures>(
    `select coalesce(pg_catalog.sum(t.bytes), 0)::pg_catalog.float8 as bytes,
            coalesce(pg_catalog.sum(t.live), 0)::pg_catalog.float8 as live,
            coalesce(pg_catalog.sum(t.dead), 0)::pg_catalog.float8 as dead,
            coalesce(pg_catalog.sum(t.bytes operator(pg_catalog.*) t.dead
              operator(pg_catalog./) greatest(t.dead operator(pg_catalog.+) t.live, 1)), 0)::pg_catalog.float8
              as dead_bytes,
            (pg_catalog.array_agg(t.name order by t.dead desc) filter (where t.dead operator(pg_catalog.>) 0))[1]
              as worst,
            ${microseconds('pg_catalog.max(t.vacuumed)')} as vacuumed
     from (select s.relname::pg_catalog.text as name, pg_catalog.pg_total_relation_size(s.relid) as bytes,
                  s.n_live_tup as live, s.n_dead_tup as dead, greatest(s.last_vacuum, s.last_autovacuum) as vacuumed
           from pg_catalog.pg_stat_all_tables as s
           where s.schemaname operator(pg_catalog.=) 'taskqueue') as t`,
  );
}

export async function listStandbys(executor: Executor): Promise<Standby[]> {
  const standbys = statement<{
    name: string;
    state: string | null;
    sync: string | null;
    lag_seconds: number | null;
    lag_bytes: number | null;
  }>(
    `select r.application_name as name, r.state, r.sync_state as sync,
            extract(epoch from r.replay_lag)::pg_catalog.float8 as lag_seconds,
            case when not pg_catalog.pg_is_in_recovery()
              then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn)::pg_catalog.float8
            end as lag_bytes
     from pg_catalog.pg_stat_replication as r order by r.application_name, r.pid`,
  );
  return (await run(executor, standbys)).map(({ lag_seconds, lag_bytes, ...row }) => ({
    ...row,
    lagSeconds: lag_seconds,
    lagBytes: lag_bytes,
  }));
}

/** The settings of PostgreSQL that decide how well queues work. */
const SETTINGS = [
  ...['autovacuum', 'autovacuum_naptime', 'autovacuum_vacuum_cost_limit', 'default_transaction_isolation'],
  ...['fsync', 'full_page_writes', 'hot_standby_feedback', 'idle_in_transaction_session_timeout', 'max_connections'],
  ...['max_locks_per_transaction', 'max_wal_size', 'shared_buffers', 'statement_timeout', 'synchronous_commit'],
  ...['synchronous_standby_names', 'wal_level'],
];

/** Those in force for this program's sessions, by name. */
export async function listSettings(executor: Executor): Promise<SettingInForce[]> {
  const settings = statement<SettingInForce>(
    `select s.name, pg_catalog.current_setting(s.name) as value, s.source from pg_catalog.pg_settings as s
     where s.name operator(pg_catalog.=) any ($1::pg_catalog.text[]) order by s.name`,
    [SETTINGS],
  );
  return run(executor, settings);
}
