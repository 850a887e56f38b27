// Reads several hosts from a connection string or libpq's variables: `postgresql://app@a,b:5433/shop`, `host=a,b`. pg
// supports only one.

import type pg from 'pg';

/** A host and port at which the server may be. */
export interface Host {
  host: string;
  port: number;
}

/** pg's settings, plus libpq's target_session_attrs, which pg does not support. */
export interface Settings extends Omit<pg.ClientConfig, 'port'> {
  /** With several hosts: one port for all, or as many ports, separated by commas. */
  port?: number | string | undefined;
  /** One of libpq's values that select a server that can write: any, read-write, primary. */
  target_session_attrs?: string | undefined;
}

const WRITING = ['any', 'read-write', 'primary'];
const DEFAULT_PORT = '5432';
/** Scheme, login, hosts, path, query. */
const PARTS = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#@]*)([^?#]*)(\?[^#]*)?/;

/**
 * Returns settings that pg understands, with the first of the hosts, and the list of all hosts. If the list is empty,
 * pg reads host and port itself.
 *
 * @throws TypeError if target_session_attrs asks for a server that cannot write, or if ports and hosts do not match
 * @example
 * readHosts('postgresql://app@a,b:5433/shop') // { config: { connectionString: 'postgresql://app@a:5432/shop' },
 * hosts: [{ host: 'a', port: 5432 }, { host: 'b', port: 5433 }] }
 */
export function readHosts(given: string | Settings): { config: pg.ClientConfig; hosts: Host[] } {
  const settings: Settings = typeof given === 'string' ? { connectionString: given } : given;
  const { target_session_attrs: wanted, connectionString, ...rest } = settings;
  requireWriting(wanted);
  const parts = PARTS.exec(connectionString ?? '');
  if (parts) return readUrl(parts, rest as pg.ClientConfig);
  const hosts = hostsIn(rest.host, rest.port === undefined ? undefined : String(rest.port));
  const [first] = hosts;
  if (first) return { config: { ...rest, ...first }, hosts };
  return { config: settings as pg.ClientConfig, hosts: [] };
}

function readUrl(parts: RegExpExecArray, rest: pg.ClientConfig): { config: pg.ClientConfig; hosts: Host[] } {
  const [url, scheme, login, list = '', path, query = ''] = parts;
  const parameters = new URLSearchParams(query);
  requireWriting(parameters.get('target_session_attrs') ?? undefined);
  const named = parameters.get('host') ?? (list.includes(',') ? list : undefined);
  const hosts = hostsIn(named, parameters.get('port') ?? undefined);
  const [first] = hosts;
  if (!first) return { config: { ...rest, connectionString: url }, hosts };
  parameters.delete('host');
  parameters.delete('port');
  const host = first.host.includes(':') ? `[${first.host}]` : encodeURIComponent(first.host);
  const kept = parameters.size > 0 ? `?${parameters}` : '';
  return { config: { ...rest, connectionString: `${scheme}${login}${host}:${first.port}${path}${kept}` }, hosts };
}

/** Parses a list of hosts, each with an optional port; returns an empty list for fewer than two hosts. */
export function hostsIn(list: string | undefined, ports?: string): Host[] {
  const named = list?.split(',').map((host) => host.trim()) ?? [];
  if (named.length < 2) return [];
  const given = ports?.split(',') ?? [];
  if (given.length > 1 && given.length !== named.length)
    throw new TypeError(
      `there must be one port, or one for each of the ${named.length} hosts, got ${given.length} ports`,
    );
  return named.map((text, i) => hostIn(text, given.length > 1 ? given[i] : given[0]));
}

function hostIn(text: string, otherwise: string | undefined): Host {
  const [, bracketed, bare, own] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? [];
  const host = decodeURIComponent(bracketed ?? bare ?? text) || 'localhost';
  const port = Number(own || otherwise || DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return { host, port };
  throw new TypeError(`a port must be a whole number from 1 to 65535, got ${own || otherwise}`);
}

function requireWriting(wanted: string | undefined): void {
  if (wanted === undefined || wanted === '' || WRITING.includes(wanted)) return;
  throw new TypeError(
    `target_session_attrs must be any, read-write or primary, got ${wanted}: a task queue needs a server that can write`,
  );
}
