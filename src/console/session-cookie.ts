// The cookie that holds a session's secret. Its name says how the console is reached: browsers accept `__Host-…` over
// https only, from this host alone and for all of it, so no other site can plant one, and each cell has its own. Over
// http there is a cookie for this machine alone, limited to the console's path, because a browser sends it to the other
// ports of the machine too.

import { getCookie, setCookie } from 'hono/cookie';
import type { RequestContext } from '../http/route.ts';
import { SESSION_SECONDS } from '../store/console-sessions.ts';
import type { ConsoleAddress } from './address.ts';

const SECURE_NAME = '__Host-pgtaskqueue';
const LOOPBACK_NAME = 'pgtaskqueue';

export class SessionCookie {
  readonly #name: string;
  readonly #attributes: { path: string; httpOnly: true; sameSite: 'Strict'; secure: boolean };

  /** @param secure whether browsers reach the console by https */
  constructor(secure: boolean, { cell, cookiePath }: ConsoleAddress) {
    this.#name = secure ? [SECURE_NAME, ...(cell === undefined ? [] : [cell])].join('-') : LOOPBACK_NAME;
    this.#attributes = { path: secure ? '/' : cookiePath, httpOnly: true, sameSite: 'Strict', secure };
  }

  /** The secret in the cookie; undefined: there is none, or nothing that could be one. */
  read(context: RequestContext): string | undefined {
    const value = getCookie(context, this.#name);
    return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
  }

  write(context: RequestContext, secret: string): void {
    setCookie(context, this.#name, secret, { ...this.#attributes, maxAge: SESSION_SECONDS });
  }

  clear(context: RequestContext): void {
    setCookie(context, this.#name, '', { ...this.#attributes, maxAge: 0 });
  }
}
