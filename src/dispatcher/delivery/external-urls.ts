// Checks requests to hosts that tasks name themselves: they may go to hosts that operators allowed, at public addresses
// or at addresses that an entry covers (domain/allowed-urls.ts).
//
// The host was checked when the task was added. Here it is checked again before each request, because its entry may
// have been removed since, or the queue's http_target may name another. Then each address that it resolves to is
// checked, in the socket's own lookup, so that the checked address is the one that is connected to. A host that is
// already an address needs no lookup.

import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AllowedUrls, notAllowed, refusedUrl, type TaskKind } from '../../domain/allowed-urls.ts';
import { isPublicAddress } from '../../domain/public-addresses.ts';

/** The task's URL leads to a host that no operator has allowed. */
export class ForbiddenUrl extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForbiddenUrl';
  }
}

/** True if a target is a URL's origin, not a name. */
export function isOrigin(target: string | null): target is string {
  return target !== null && /^https?:\/\//.test(target);
}

export class ExternalUrls {
  readonly #resolve: typeof systemLookup;
  #allowed = new AllowedUrls([]);

  /** @param resolve replaces the system's name lookup, for tests */
  constructor(resolve: typeof systemLookup = systemLookup) {
    this.#resolve = resolve;
  }

  /** Replaces the known entries of taskqueue.allowed_urls. */
  setAllowed(entries: Iterable<string>): void {
    this.#allowed = new AllowedUrls(entries);
  }

  /**
   * Checks an origin and returns it.
   *
   * @throws ForbiddenUrl if no request may go there
   */
  check(origin: string, kind: TaskKind): string {
    const refused = refusedUrl(origin, kind, this.#allowed);
    if (refused !== undefined) throw new ForbiddenUrl(refused);
    return origin;
  }

  /** The name lookup for sockets. It fails unless every address of the name is allowed. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    this.#resolve(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const wrong = found.find(({ address }) => !isPublicAddress(address) && !this.#allowed.hasAddress(address));
      const first = found[0];
      if (wrong) callback(new ForbiddenUrl(notPublic(name, wrong.address)), []);
      else if (options.all || !first) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(name: string, address: string): string {
  return notAllowed(`${name} resolves to ${address}, which is not public`, address);
}
