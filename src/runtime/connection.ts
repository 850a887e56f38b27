// The settings with which long-lived connections are opened.

import type pg from 'pg';

/** A connection string or pg's own settings. */
export type Database = string | pg.ClientConfig;

/**
 * pg settings for a connection that must notice its death: keep-alive probes after a second of silence, and no wait without an end.
 * What the caller set wins.
 *
 * @param name shown in pg_stat_activity
 * @param queryTimeoutMs longer than the server's own limits, so that it ends only what the network has swallowed
 */
export function connectionConfig(database: Database, name: string, queryTimeoutMs = 30_000): pg.ClientConfig {
  const given = typeof database === 'string' ? { connectionString: database } : database;
  return {
    application_name: name,
    keepAlive: true,
    keepAliveInitialDelayMillis: 1_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: queryTimeoutMs,
    ...given,
  };
}
