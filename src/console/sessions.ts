// Who is signed in. A session is a secret in a cookie and a row in the database; its rights are those that its token
// has now. It ends after 12 hours, at sign-out, and with its token.

import { createHmac, randomBytes } from 'node:crypto';
import { AccessError } from '../access/access-error.ts';
import { type Caller, callerOf, THIS_MACHINE, TOKEN_OF_SERVER } from '../access/caller.ts';
import { type Authority, identify } from '../access/identify.ts';
import { RecentLookups } from '../access/recent-lookups.ts';
import { presentedIn } from '../http/presented.ts';
import type { RequestContext } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import { checkSession, closeSession, openServerSession, openSession } from '../store/console-sessions.ts';
import type { ConsoleAddress } from './address.ts';
import { SessionCookie } from './session-cookie.ts';

/** A caller who is known by a session. */
export interface SignedIn extends Caller {
  /** Must be in every form: it comes from the secret, so every server of a fleet knows it, and no other site. */
  readonly formToken: string;
}

export function isSignedIn(caller: Caller): caller is SignedIn {
  return 'formToken' in caller;
}

export interface SessionOptions {
  executor: Executor;
  authority: Authority;
  /** Whether browsers reach the console by https. */
  secure: boolean;
  address: ConsoleAddress;
}

export class Sessions {
  readonly #executor: Executor;
  readonly #authority: Authority;
  readonly #cookie: SessionCookie;
  readonly #recent: RecentLookups<SignedIn | undefined>;

  constructor({ executor, authority, secure, address }: SessionOptions) {
    this.#executor = executor;
    this.#authority = authority;
    this.#cookie = new SessionCookie(secure, address);
    this.#recent = new RecentLookups((secret) => this.#lookUp(secret));
  }

  /** The caller of a request by its cookie; undefined: there is no session. */
  async callerOf(context: RequestContext): Promise<SignedIn | undefined> {
    const secret = this.#cookie.read(context);
    return secret === undefined ? undefined : this.#recent.get(secret);
  }

  /**
   * Opens a session, always with a new secret, and closes the one that the browser had.
   *
   * @throws AccessError for an invalid token
   */
  async open(context: RequestContext, token: string): Promise<void> {
    const caller = await identify({ ...presentedIn(context, false), credential: token }, this.#authority);
    if (caller === THIS_MACHINE) return; // is known without a session
    const secret = randomBytes(32).toString('base64url');
    const open = caller === TOKEN_OF_SERVER ? openServerSession : openSession;
    if (!(await open(this.#executor, secret, token)))
      throw new AccessError('unauthenticated', 'this token has just ended');
    await this.#forget(context);
    this.#cookie.write(context, secret);
  }

  /** Closes the session of a request, if it has one. */
  async close(context: RequestContext): Promise<void> {
    await this.#forget(context);
    this.#cookie.clear(context);
  }

  async #forget(context: RequestContext): Promise<void> {
    const secret = this.#cookie.read(context);
    if (secret === undefined) return;
    await closeSession(this.#executor, secret);
    this.#recent.forget(secret);
  }

  async #lookUp(secret: string): Promise<SignedIn | undefined> {
    const session = await checkSession(this.#executor, secret, this.#authority.token);
    if (!session) return undefined;
    const caller = session.holder === 'server' ? TOKEN_OF_SERVER : callerOf(session.holder);
    return { ...caller, formToken: formTokenOf(secret) };
  }
}

/** No token of the server has a space, so this is never the proof that the database holds. */
const formTokenOf = (secret: string) => createHmac('sha256', secret).update('the token of forms').digest('base64url');
