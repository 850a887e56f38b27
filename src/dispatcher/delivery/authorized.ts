// A dispatch with the token that its task asks for, in place of an Authorization header of its own. Pure.

import type { ClaimedDispatch } from '../database/ports.ts';

const NAME = 'authorization';

/** @param authorization the header's value */
export function authorized(dispatch: ClaimedDispatch, authorization: string): ClaimedDispatch {
  const others = Object.entries(dispatch.headers).filter(([name]) => name.toLowerCase() !== NAME);
  return { ...dispatch, headers: { ...Object.fromEntries(others), Authorization: authorization } };
}
