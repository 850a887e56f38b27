// The token in each form: a page of another site can make a browser send a form here, and cannot know the token. It
// matters where the browser alone makes a request count: by its cookie, or by being on this machine.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import { presentedIn } from '../http/presented.ts';
import type { RequestContext } from '../http/route.ts';
import { isSignedIn } from './sessions.ts';

export class FormTokens {
  /** For programs on this machine, which one server knows. */
  readonly #own = randomBytes(32).toString('base64url');

  of(caller: Caller): string {
    return isSignedIn(caller) ? caller.formToken : this.#own;
  }

  isValid(given: string, caller: Caller, context: RequestContext): boolean {
    if (presentedIn(context, false).credential !== undefined) return true; // no form can send this header
    const expected = Buffer.from(this.of(caller));
    const presented = Buffer.from(given);
    return presented.length === expected.length && timingSafeEqual(presented, expected);
  }
}
