// The rules for tasks that name their host themselves. HTTP tasks may go to public hosts, as in Cloud Tasks, and to those
// that operators allowed (taskqueue.allowed_urls); native tasks, whose handlers are targets, only to the latter. They hold when the task is added, and again before each request. The database has them too,
// for native tasks (_external_origin); tests compare both.

import { isIP } from 'node:net';
import { AddressRanges } from './address-ranges.ts';
import { isPublicAddress } from './public-addresses.ts';

/** Names that no public DNS server resolves. */
const INTERNAL_NAME = /^[^.]+$|\.(internal|local|localhost|lan|arpa)$/;

/** Programs that listen on these ports are not web servers: they may take a request for commands, or crash. */
export const SERVICE_PORTS: readonly number[] = [
  ...[1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5433, 5672, 5900, 5984, 6000, 6379, 6380],
  ...[6443, 6667, 7000, 7001, 8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 27017, 27018],
];
/** Below it, only the ports of HTTP are allowed. */
const FIRST_FREE_PORT = 1024;

/** The kind of a task. */
export type TaskKind = 'native' | 'http';

/** The entries of taskqueue.allowed_urls. */
export class AllowedUrls {
  readonly #names: ReadonlySet<string>;
  readonly #ranges: AddressRanges;

  constructor(entries: Iterable<string>) {
    this.#names = new Set(entries);
    this.#ranges = new AddressRanges(this.#names);
  }

  hasAddress(address: string): boolean {
    return this.#ranges.has(address);
  }

  /** @param host a name or an address, without brackets */
  hasHost(host: string): boolean {
    return isIP(host) ? this.hasAddress(host) : this.#hasName(host);
  }

  #hasName(name: string): boolean {
    if (this.#names.has(name) || (this.#names.has('*') && !INTERNAL_NAME.test(name))) return true;
    const labels = name.split('.');
    return labels.some((_, i) => i > 0 && this.#names.has(`*.${labels.slice(i).join('.')}`));
  }
}

/**
 * Why no task may be sent to a URL, as a sentence that names the rule; undefined: it may, unless its host resolves to
 * an address that is not public. Only the dispatcher can see that.
 *
 * @param origin scheme, host and port, normalized (normalizeUrl)
 */
export function refusedUrl(origin: string, kind: TaskKind, rules: AllowedUrls): string | undefined {
  const url = /^https?:\/\//.test(origin) ? URL.parse(origin) : null;
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (url?.origin !== origin || host === '' || host.endsWith('.'))
    return `the URL of a task must begin with the normal form of an origin, got ${origin}`;
  const port = Number(url.port);
  if (url.port !== '' && !isWebPort(port)) return `tasks may not be sent to port ${port}, which is not one of HTTP`;
  if (rules.hasHost(host) || (kind === 'http' && isPublicHost(host))) return undefined;
  return notAllowed(`tasks may not be sent to ${host}`, host);
}

/** A name may still resolve to an address that is not public. */
function isPublicHost(host: string): boolean {
  return isIP(host) ? isPublicAddress(host) : !INTERNAL_NAME.test(host);
}

/** The sentence, with how to allow the entry. */
export function notAllowed(what: string, entry: string): string {
  const byCommand = `pgtaskqueue serve --allow-url ${entry}`;
  return `${what}; an operator can allow it with taskqueue.allow_url('${entry}') or ${byCommand}`;
}

function isWebPort(port: number): boolean {
  return port === 80 || port === 443 || (port >= FIRST_FREE_PORT && !SERVICE_PORTS.includes(port));
}
