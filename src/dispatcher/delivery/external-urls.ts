// Where tasks may go that name their host themselves: to the hosts that operators allowed (taskqueue.allowed_urls), at public addresses, or at those that an
// entry of addresses covers.
//
// The database has checked the spelling when the task was added. Here the host is looked at once more before the request, for the entry may have been taken
// back; and then each address that it resolves to, in the socket's own look-up, so that the address that was checked is the one connected to. A look-up
// is not asked for a host that is an address already.

import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressRanges, isPublicAddress } from './public-addresses.ts';

/** The task's URL leads where no operator allowed it to go. */
export class ForbiddenUrl extends Error {
  constructor(what: string, entry: string) {
    super(
      `${what}; an operator allows it with taskqueue.allow_url('${entry}') or pgtaskqueue serve --allow-url ${entry}`,
    );
    this.name = 'ForbiddenUrl';
  }
}

/** Names that no public name server answers for. */
const INTERNAL_NAME = /^[^.]+$|\.(internal|local|localhost|lan|arpa)$/;

/** Whether a target is the origin of a URL, and no name. */
export function isOrigin(target: string | null): target is string {
  return target !== null && /^https?:\/\//.test(target);
}

export class ExternalUrls {
  readonly #resolve: typeof systemLookup;
  #names = new Set<string>();
  #ranges = new AddressRanges([]);

  /** @param resolve for tests: what stands in the place of the system's look-up of names */
  constructor(resolve: typeof systemLookup = systemLookup) {
    this.#resolve = resolve;
  }

  /** Replaces what is known of taskqueue.allowed_urls. */
  setAllowed(entries: Iterable<string>): void {
    const all = [...entries];
    this.#names = new Set(all);
    this.#ranges = new AddressRanges(all);
  }

  /**
   * Returns the origin.
   *
   * @throws ForbiddenUrl when no request may go there, or it is not spelt as the database lets it pass
   */
  check(origin: string): string {
    const url = URL.parse(origin);
    const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
    if (!isOrigin(origin) || url?.origin !== origin || host === '' || host.endsWith('.'))
      throw new ForbiddenUrl(`${origin} is not the normal form of an origin`, host);
    const allowed = isIP(host) ? this.#ranges.has(host) : this.#allowsName(host);
    if (!allowed) throw new ForbiddenUrl(`tasks may not be sent to ${host}`, host);
    return origin;
  }

  /** What sockets look names up with: fails unless every address that the name has is allowed. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    this.#resolve(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const wrong = found.find(({ address }) => !isPublicAddress(address) && !this.#ranges.has(address));
      const first = found[0];
      if (wrong)
        callback(new ForbiddenUrl(`${name} has the address ${wrong.address}, which is not public`, wrong.address), []);
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
