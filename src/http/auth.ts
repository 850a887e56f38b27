// Who calls. With a token of the server: whoever carries it, or a token from the database. Without one also programs on this machine: those that are
// connected from it, by one of its own names, so that a web page elsewhere can't reach the server by pointing a name of its own at 127.0.0.1 (DNS rebinding).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { type Caller, callerOf, THIS_MACHINE, TOKEN_OF_SERVER } from './caller.ts';
import { credentialOf } from './credential.ts';
import { HttpError } from './http-error.ts';
import type { TokenLookup } from './known-tokens.ts';
import type { RequestContext } from './route.ts';

/** What the clients of Google's emulators send where nobody asks for a credential. */
const OWNER = 'owner';

export interface Authority {
  /** The server's own token; undefined: this machine may do everything. */
  token: string | undefined;
  lookUp: TokenLookup;
}

/**
 * The caller of a request; undefined: a stranger, who shows no credential. A bad one never gives more than none.
 *
 * @throws HttpError 401 for a credential that is not good; what the look-up throws
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
  throw new HttpError(401, 'this credential is not good: it is unknown, revoked or expired');
}

/** Why a stranger is refused. */
export function refusalOf(context: RequestContext, { token }: Authority): HttpError {
  if (token !== undefined) return new HttpError(401, 'Authorization: Bearer <token> is missing');
  if (!isLoopbackAddress(context.env?.peer))
    return new HttpError(401, 'without a token this server answers to programs on this machine only');
  return new HttpError(421, 'without a token this server answers to localhost, 127.0.0.1 and [::1] only');
}

/** Whether a request came by one of this machine's own names. */
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

// Digests have one length, so that comparing takes the same time whatever was given.
function isSame(given: string, token: string | undefined): boolean {
  return token !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
