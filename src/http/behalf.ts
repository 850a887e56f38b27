// Acting on behalf of a request: calls made through this executor are audited with the caller, the reason and the
// request's id.

import type { Behalf } from '../domain/audit.ts';
import { type Executor, onBehalfOf } from '../postgres/executor.ts';
import type { RequestContext } from './route.ts';

/** The header in which Google's APIs accept the reason for an act. */
const REASON_HEADER = 'x-goog-request-reason';

/** Returns the executor for everything that a request does. */
export function executorFor(context: RequestContext, executor: Executor): Executor {
  return onBehalfOf(executor, behalfOf(context));
}

function behalfOf(context: RequestContext): Behalf {
  return {
    actor: context.get('caller')?.principal ?? 'an anonymous caller',
    reason: context.req.header(REASON_HEADER),
    requestId: context.get('requestId'),
  };
}
