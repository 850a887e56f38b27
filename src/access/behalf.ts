// Acting on behalf of a caller: the audit names it, its reason and its request.

import type { Behalf } from '../domain/audit.ts';
import type { Caller } from './caller.ts';

/** The header, or key of metadata, in which Google's APIs accept the reason for an act. */
export const REASON_HEADER = 'x-goog-request-reason';

export function behalfOf(caller: Caller | undefined, reason: string | undefined, requestId: string): Behalf {
  return { actor: caller?.principal ?? 'an anonymous caller', reason, requestId };
}
