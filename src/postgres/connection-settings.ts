// The settings of long-lived connections.

import type pg from 'pg';
import { CONNECTION_LIMITS } from './connection-limits.ts';

/** A connection string or pg's own settings. */
export type ConnectionSource = string | pg.ClientConfig;

/**
 * Settings for a connection that must notice when it is lost: keep-alive probes after a second of silence, and no wait
 * without a timeout. The caller's own settings take precedence.
 *
 * @param name shown in pg_stat_activity
 * @param queryTimeoutMs longer than the server's own limits, so it ends only statements that the network has lost
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
