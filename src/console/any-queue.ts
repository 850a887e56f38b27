// Pages about several queues, or none: they are for callers who have the right on at least one queue, and show them no
// more than those.

import { denialOf } from '../access/caller.ts';
import type { Right } from '../domain/rights.ts';
import type { ConsoleRequest } from './route.ts';

/** @throws AccessError for a caller without the right on any queue */
export function requireOnAnyQueue({ caller }: ConsoleRequest, right: Right): void {
  if (!caller.grant.rights.includes(right)) throw denialOf(right);
}
