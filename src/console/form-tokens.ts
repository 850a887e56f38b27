// The token in each form: a page of another site can send a form here, and cannot know the token.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../access/caller.ts';

export class FormTokens {
  readonly #key = randomBytes(32);

  of({ principal }: Caller): string {
    return createHmac('sha256', this.#key).update(principal).digest('base64url');
  }

  isValid(given: string, caller: Caller): boolean {
    const expected = Buffer.from(this.of(caller));
    const presented = Buffer.from(given);
    return presented.length === expected.length && timingSafeEqual(presented, expected);
  }
}
