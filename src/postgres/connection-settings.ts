// The settings of long-lived connections.

import type pg from 'pg';
import { kindOf } from '../domain/text.ts';
import { CONNECTION_LIMITS } from './connection-limits.ts';

/** A connection string or pg's own settings. */
export type ConnectionSource = string | pg.ClientConfig;

/**
 * Settings for a connection that must notice when it is lost: keep-alive probes after a second of silence, and no wait
 * without a timeout. The caller's own settings take precedence.
 *
 * @param name shown in pg_stat_activity
 * @param queryTimeoutMs longer than the server's own limits, so it ends only statements that the network has lost
 * @throws TypeError for anything that names no database, since pg would connect to its default one
 */
export function connectionConfig(
  database: ConnectionSource,
  name: string,
  queryTimeoutMs: number = CONNECTION_LIMITS.query_timeout,
): pg.ClientConfig {
  requireConnection(database);
  const given = typeof database === 'string' ? { connectionString: database } : database;
  return {
    application_name: name,
    ...CONNECTION_LIMITS,
    query_timeout: queryTimeoutMs,
    ...given,
  };
}

const EXAMPLE = 'postgresql://user@host:5432/database';
/** A URL, or the folder of a Unix socket, as pg reads it. */
const CONNECTION_STRING = /^(postgres(ql)?:\/\/|socket:|\/)/;

function requireConnection(database: unknown): void {
  if (typeof database === 'string') requireConnectionString(database);
  else if (typeof database !== 'object' || database === null) {
    const unset = database === undefined ? ': is the environment variable it comes from set?' : '';
    throw new TypeError(`database must be a connection string such as ${EXAMPLE}, got ${kindOf(database)}${unset}`);
  }
}

/**
 * Checks the form of a connection string. Only its scheme is repeated: the rest may contain a password.
 *
 * @throws TypeError for text that pg would take for a name of the local database, or send to the default port
 */
export function requireConnectionString(text: string): void {
  if (CONNECTION_STRING.test(text)) return;
  const scheme = /^[a-z0-9+.-]+:/i.exec(text)?.[0];
  const given = text === '' ? 'an empty string' : scheme ? `${scheme}…` : 'text without a scheme';
  throw new TypeError(`database must be a connection string such as ${EXAMPLE}, got ${given}`);
}
