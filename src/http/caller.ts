// Who calls, once it is known.

import { covers, EVERYTHING, type Grant, type Right } from '../domain/rights.ts';
import type { TokenHolder } from '../store/tokens.ts';

export interface Caller {
  /** As the audit names it. */
  readonly principal: string;
  readonly grant: Grant;
  /** For the access lists of queues; undefined: it is the server's own. */
  readonly account?: { readonly email: string; readonly scopes: readonly string[] };
}

/** Whoever has the server's own token. */
export const TOKEN_OF_SERVER: Caller = { principal: 'server token', grant: EVERYTHING };
/** A program on this machine, where the server asks for no token. */
export const THIS_MACHINE: Caller = { principal: 'this machine', grant: EVERYTHING };

export function callerOf({ id, email, scopes, rights, queues }: TokenHolder): Caller {
  return { principal: `${email} (token ${id})`, grant: { rights, queues }, account: { email, scopes } };
}

/** @param queue undefined: what is no queue's */
export function may({ grant }: Caller, right: Right, queue?: string): boolean {
  return covers(grant, right, queue);
}
