// The authenticated caller of a request.

import { covers, EVERYTHING, type Grant, type Right } from '../domain/rights.ts';
import type { TokenHolder } from '../store/tokens.ts';
import { AccessError } from './access-error.ts';

export interface Caller {
  /** The name in the audit. */
  readonly principal: string;
  readonly grant: Grant;
  /** The account for queues' access lists; undefined: the caller is the server's own. */
  readonly account?: { readonly email: string; readonly scopes: readonly string[] };
}

/** A caller with the server's own token. */
export const TOKEN_OF_SERVER: Caller = { principal: 'server token', grant: EVERYTHING };
/** A program on this machine, if the server has no token. */
export const THIS_MACHINE: Caller = { principal: 'this machine', grant: EVERYTHING };

export function callerOf({ id, email, scopes, rights, queues }: TokenHolder): Caller {
  return { principal: `${email} (token ${id})`, grant: { rights, queues }, account: { email, scopes } };
}

/** @param queue undefined: the request concerns no queue */
export function may({ grant }: Caller, right: Right, queue?: string): boolean {
  return covers(grant, right, queue);
}

/** Why a caller without the right is rejected. */
export function denialOf(right: Right, queue?: string): AccessError {
  const where = queue === undefined ? '' : ` on queue ${queue}`;
  return new AccessError('denied', `this credential does not have the right ${right}${where}`);
}
