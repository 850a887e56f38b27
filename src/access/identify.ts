// Authentication, whatever the protocol. If the server has a token, callers present it or a token from the database. If
// it has none, programs on this machine are also accepted: they must connect from it, by one of its own names, so that
// a web page elsewhere cannot reach the server by pointing its own name at 127.0.0.1 (DNS rebinding).

import { createHash, timingSafeEqual } from 'node:crypto';
import { AccessError } from './access-error.ts';
import { type Caller, callerOf, THIS_MACHINE, TOKEN_OF_SERVER } from './caller.ts';
import type { TokenLookup } from './known-tokens.ts';

/** The token that clients of Google's emulators send when no credential is needed. */
const OWNER = 'owner';

export interface Authority {
  /** The server's own token; undefined: this machine may do everything. */
  token: string | undefined;
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
export async function identify(presented: Presented, { token, lookUp }: Authority): Promise<Caller | undefined> {
  const { credential } = presented;
  const trusted = token === undefined && isThisMachine(presented);
  if (credential === undefined || (credential === OWNER && trusted)) return trusted ? THIS_MACHINE : undefined;
  if (isSame(credential, token)) return TOKEN_OF_SERVER;
  const holder = credential === '' ? undefined : await lookUp(credential);
  if (holder) return callerOf(holder);
  throw new AccessError('unauthenticated', 'this credential is invalid: it is unknown, revoked or expired');
}

/** Why an anonymous caller is rejected. */
export function refusalOf({ peer }: Presented, { token }: Authority): AccessError {
  if (token !== undefined) return new AccessError('unauthenticated', 'Authorization: Bearer <token> is missing');
  if (!isLoopbackAddress(peer))
    return new AccessError('unauthenticated', 'without a token, this server accepts only programs on this machine');
  return new AccessError(
    'misdirected',
    'without a token, this server accepts only the hosts localhost, 127.0.0.1 and [::1]',
  );
}

/** Whether a host, with or without a port, is one of this machine's own names. */
export function isOwnName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function isThisMachine({ peer, host }: Presented): boolean {
  return isLoopbackAddress(peer) && isOwnName(host);
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i.test(address);
}

// All digests have the same length, so comparing takes the same time for every input.
function isSame(given: string, token: string | undefined): boolean {
  return token !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
