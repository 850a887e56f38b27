// The settings with which long-lived connections are opened.

import type pg from 'pg';
import { CONNECTION_LIMITS } from './connection-limits.ts';

/** A connection string or pg's own settings. */
export type ConnectionSource = string | pg.ClientConfig;

/**
 * pg settings for a connection that must notice its death: keep-alive probes after a second of silence, and no wait without an end.
 * What the caller set wins.
 *
 * @param name shown in pg_stat_activity
 * @param queryTimeoutMs longer than the server's own limits, so that it ends only what the network has swallowed
 */
export function connectionConfig(
  database: ConnectionSource,
  name: string,
  queryTimeoutMs: number = CONNECTION_LIMITS.query_timeout,
): pg.ClientConfig {
  const given = typeof database === 'string' ? { connectionString: database } : database;
  return {
    application_name: name,
    ...CONNECTION_LIMITS,
    query_timeout: queryTimeoutMs,
    ...given,
  };
}
