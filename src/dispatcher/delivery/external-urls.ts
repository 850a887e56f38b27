// The rules for tasks that name their host themselves: they may go to hosts that operators allowed
// (taskqueue.allowed_urls), at public addresses or at addresses that an entry covers.
//
// The database checked the spelling when the task was added. Here the host is checked again before each request,
// because its entry may have been removed since. Then each address that it resolves to is checked, in the socket's own
// lookup, so that the checked address is the one that is connected to. A host that is already an address needs no
// lookup.

import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressRanges, isPublicAddress } from './public-addresses.ts';

/** The task's URL leads to a host that no operator has allowed. */
export class ForbiddenUrl extends Error {
  constructor(what: string, entry: string) {
    super(
      `${what}; an operator can allow it with taskqueue.allow_url('${entry}') or pgtaskqueue serve --allow-url ${entry}`,
    );
    this.name = 'ForbiddenUrl';
  }
}

/** Names that no public DNS server resolves. */
const INTERNAL_NAME = /^[^.]+$|\.(internal|local|localhost|lan|arpa)$/;

/** True if a target is a URL's origin, not a name. */
export function isOrigin(target: string | null): target is string {
  return target !== null && /^https?:\/\//.test(target);
}

export class ExternalUrls {
  readonly #resolve: typeof systemLookup;
  #names = new Set<string>();
  #ranges = new AddressRanges([]);

  /** @param resolve replaces the system's name lookup, for tests */
  constructor(resolve: typeof systemLookup = systemLookup) {
    this.#resolve = resolve;
  }

  /** Replaces the known entries of taskqueue.allowed_urls. */
  setAllowed(entries: Iterable<string>): void {
    const all = [...entries];
    this.#names = new Set(all);
    this.#ranges = new AddressRanges(all);
  }

  /**
   * Checks an origin and returns it.
   *
   * @throws ForbiddenUrl if no request may go there, or if it is not spelt as the database accepts it
   */
  check(origin: string): string {
    const url = URL.parse(origin);
    const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
    if (!isOrigin(origin) || url?.origin !== origin || host === '' || host.endsWith('.'))
      throw new ForbiddenUrl(`${origin} must be the normal form of an origin`, host);
    const allowed = isIP(host) ? this.#ranges.has(host) : this.#allowsName(host);
    if (!allowed) throw new ForbiddenUrl(`tasks may not be sent to ${host}`, host);
    return origin;
  }

  /** The name lookup for sockets. It fails unless every address of the name is allowed. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    this.#resolve(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const wrong = found.find(({ address }) => !isPublicAddress(address) && !this.#ranges.has(address));
      const first = found[0];
      if (wrong)
        callback(new ForbiddenUrl(`${name} resolves to ${wrong.address}, which is not public`, wrong.address), []);
      else if (options.all || !first) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

  #allowsName(name: string): boolean {
    if (this.#names.has(name) || (this.#names.has('*') && !INTERNAL_NAME.test(name))) return true;
    const labels = name.split('.');
    return labels.some((_, i) => i > 0 && this.#names.has(`*.${labels.slice(i).join('.')}`));
  }
}
