// Authentication, whatever the protocol. If the server has a token, callers present it or a token from the database. If
// it has none and can be reached from this machine only, programs on it are also accepted: they must connect from it,
// by one of its own names, so that a web page elsewhere cannot reach the server by pointing its own name at 127.0.0.1
// (DNS rebinding).

import { createHash, timingSafeEqual } from 'node:crypto';
import { AccessError } from './access-error.ts';
import { type Caller, callerOf, THIS_MACHINE, TOKEN_OF_SERVER } from './caller.ts';
import type { TokenLookup } from './known-tokens.ts';
import { isLoopback, isLoopbackAddress, isOwnName } from './loopback.ts';

/** The token that clients of Google's emulators send when no credential is needed. */
const OWNER = 'owner';

export interface Authority {
  /** The server's own token; undefined: this machine may do everything. */
  token: string | undefined;
  /** Address that the server listens on; undefined: unknown, and trusted like no address. */
  bind: string | undefined;
  lookUp: TokenLookup;
}

/** What a request shows of its caller. */
export interface Presented {
  /** Undefined: none. An empty one cannot be a token, and is invalid. */
  credential: string | undefined;
  /** Address of the peer; undefined: unknown, and trusted like no address. */
  peer: string | undefined;
  /** The name by which the server was addressed, with its port: `Host` or `:authority`. */
  host: string;
}

/**
 * Identifies a caller; undefined: an anonymous one, without a credential. An invalid credential never grants more than
 * none.
 *
 * @throws AccessError for an invalid credential; errors of the look-up
 */
export async function identify(presented: Presented, authority: Authority): Promise<Caller | undefined> {
  const { credential } = presented;
  const { token, lookUp } = authority;
  const trusted = trustsThisMachine(authority) && isThisMachine(presented);
  if (credential === undefined || (credential === OWNER && trusted)) return trusted ? THIS_MACHINE : undefined;
  if (isSame(credential, token)) return TOKEN_OF_SERVER;
  const holder = credential === '' ? undefined : await lookUp(credential);
  if (holder) return callerOf(holder);
  throw new AccessError('unauthenticated', 'this credential is invalid: it is unknown, revoked or expired');
}

/** Why an anonymous caller is rejected. */
export function refusalOf({ peer }: Presented, authority: Authority): AccessError {
  if (!trustsThisMachine(authority))
    return new AccessError('unauthenticated', 'Authorization: Bearer <token> is missing');
  if (!isLoopbackAddress(peer))
    return new AccessError('unauthenticated', 'without a token, this server accepts only programs on this machine');
  return new AccessError(
    'misdirected',
    'without a token, this server accepts only the hosts localhost, 127.0.0.1 and [::1]',
  );
}

/** A server that others can reach as well may stand behind something that forwards their requests. */
function trustsThisMachine({ token, bind }: Authority): boolean {
  return token === undefined && bind !== undefined && isLoopback(bind);
}

function isThisMachine({ peer, host }: Presented): boolean {
  return isLoopbackAddress(peer) && isOwnName(host);
}

// All digests have the same length, so comparing takes the same time for every input.
function isSame(given: string, token: string | undefined): boolean {
  return token !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
