// Authentication. If the server has a token, callers present it or a token from the database. If it has none, programs
// on this machine are also accepted: they must connect from it, by one of its own names, so that a web page elsewhere
// cannot reach the server by pointing its own name at 127.0.0.1 (DNS rebinding).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { type Caller, callerOf, THIS_MACHINE, TOKEN_OF_SERVER } from './caller.ts';
import { credentialOf } from './credential.ts';
import { HttpError } from './http-error.ts';
import type { TokenLookup } from './known-tokens.ts';
import type { RequestContext } from './route.ts';

/** The token that clients of Google's emulators send when no credential is needed. */
const OWNER = 'owner';

export interface Authority {
  /** The server's own token; undefined: this machine may do everything. */
  token: string | undefined;
  lookUp: TokenLookup;
}

/**
 * Identifies the caller of a request; undefined: an anonymous one, without a credential. An invalid credential never
 * grants more than none.
 *
 * @throws HttpError 401 for an invalid credential; errors of the look-up
 */
export async function identify(
  context: RequestContext,
  { token, lookUp }: Authority,
  inUrl: boolean,
): Promise<Caller | undefined> {
  const given = credentialOf(context, inUrl);
  const trusted = token === undefined && isThisMachine(context);
  if (given === undefined || (given === OWNER && trusted)) return trusted ? THIS_MACHINE : undefined;
  if (isSame(given, token)) return TOKEN_OF_SERVER;
  const holder = given === '' ? undefined : await lookUp(given);
  if (holder) return callerOf(holder);
  throw new HttpError(401, 'this credential is invalid: it is unknown, revoked or expired');
}

/** Why an anonymous caller is rejected. */
export function refusalOf(context: RequestContext, { token }: Authority): HttpError {
  if (token !== undefined) return new HttpError(401, 'Authorization: Bearer <token> is missing');
  if (!isLoopbackAddress(context.env?.peer))
    return new HttpError(401, 'without a token, this server accepts only programs on this machine');
  return new HttpError(421, 'without a token, this server accepts only the hosts localhost, 127.0.0.1 and [::1]');
}

/** Whether a request used one of this machine's own names. */
export function isOwnName({ req }: Context): boolean {
  const host = req.header('host') ?? new URL(req.url).host;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

function isThisMachine(context: RequestContext): boolean {
  return isLoopbackAddress(context.env?.peer) && isOwnName(context);
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/i.test(address);
}

// All digests have the same length, so comparing takes the same time for every input.
function isSame(given: string, token: string | undefined): boolean {
  return token !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
