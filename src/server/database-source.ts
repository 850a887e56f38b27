// Chooses the database: from an option, DATABASE_URL, libpq's variables or a running `pgtaskqueue dev`, in this order.

import type { ClientConfig } from 'pg';
import { readHosts, type Settings } from '../postgres/hosts.ts';
import { ConfigError } from './config-error.ts';
import type { DevState } from './dev-state.ts';

/** A database and where it was named. */
export interface DatabaseSource {
  readonly connection: string | ClientConfig;
  /** `option`, the variable's name, `PG*`, `dev`, or `cell` and its name. */
  readonly from: string;
  /** The database for messages, without its password: `postgresql://ada@db.example:5432/shop`. */
  readonly label: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first database in this order, or undefined.
 *
 * @throws ConfigError for an invalid connection string
 */
export function chooseDatabase(
  option: string | undefined,
  environment: Environment,
  findDev: () => DevState | undefined,
): DatabaseSource | undefined {
  if (option !== undefined) return databaseOfUrl(option, 'option', '--database-url');
  for (const name of ['PGTASKQUEUE_DIRECT_URL', 'PGTASKQUEUE_DATABASE_URL', 'DATABASE_URL']) {
    const url = environment[name];
    if (url) return databaseOfUrl(url, name, name);
  }
  if (['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER'].some((name) => environment[name])) return fromLibpq(environment);
  const dev = findDev();
  return dev && { connection: dev.databaseUrl, from: 'dev', label: withoutPassword(dev.databaseUrl) };
}

/** The connection string without its password, for messages. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return url.includes(',') ? withoutLoginsPassword(url) : 'postgresql://…';
  const parsed = new URL(url);
  parsed.password = '';
  parsed.searchParams.delete('password');
  return parsed.toString();
}

/** A list of hosts with ports is not a URL to Node. */
function withoutLoginsPassword(url: string): string {
  const [, scheme, user = '', rest] =
    /^(postgres(?:ql)?:\/\/)(?:([^/?#@:]*)[^/?#@]*@)?([^/?#@]*(?:\/[^?#]*)?)/.exec(url) ?? [];
  return scheme === undefined ? 'postgresql://…' : `${scheme}${user && `${user}@`}${rest}`;
}

/** Whether the connection string contains a password, which others on the machine can read on a command line. */
export function hasPassword(url: string): boolean {
  return /^[^/]*\/\/[^/?]*:[^/?]+@|[?&]password=/.test(url);
}

/**
 * The database of a connection string.
 *
 * @param name of what holds it, for messages
 * @throws ConfigError if it is none
 */
export function databaseOfUrl(url: string, from: string, name: string): DatabaseSource {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    const scheme = /^[a-z0-9+.-]+:/i.exec(url)?.[0];
    const given = scheme ? `got ${scheme}…` : 'got something without a scheme';
    throw new ConfigError(`${name} must be a connection string like postgresql://user@host:5432/database, ${given}`);
  }
  requireReadableHosts(url, name);
  return { connection: url, from, label: withoutPassword(url) };
}

function requireReadableHosts(connection: string | Settings, name: string): void {
  try {
    readHosts(connection);
  } catch (error) {
    throw error instanceof TypeError ? new ConfigError(`${name}: ${error.message}`) : error;
  }
}

// pg itself reads libpq's settings for the password, TLS and .pgpass.
function fromLibpq(environment: Environment): DatabaseSource {
  const { PGHOST: host = 'localhost', PGPORT: port = '5432', PGUSER: user, PGDATABASE: database } = environment;
  const { PGTARGETSESSIONATTRS: target_session_attrs } = environment;
  const several = host.includes(',') || port.includes(',');
  const connection = { host, port: several ? port : Number(port), target_session_attrs } as ClientConfig;
  if (user) connection.user = user;
  if (database) connection.database = database;
  requireReadableHosts(connection, 'PGHOST, PGPORT, PGTARGETSESSIONATTRS');
  return { connection, from: 'PG*', label: `postgresql://${user ? `${user}@` : ''}${host}:${port}/${database ?? ''}` };
}
