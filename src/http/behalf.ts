// For whom a request acts. What is called by the executor that this gives is in the audit with the caller, the reason and the request's id.

import type { Behalf } from '../domain/audit.ts';
import { type Executor, onBehalfOf } from '../postgres/executor.ts';
import type { RequestContext } from './route.ts';

/** Where Google's APIs take the reason for an act from. */
const REASON_HEADER = 'x-goog-request-reason';

/** The executor of all that a request does. */
export function executorFor(context: RequestContext, executor: Executor): Executor {
  return onBehalfOf(executor, behalfOf(context));
}

function behalfOf(context: RequestContext): Behalf {
  return {
    actor: context.get('caller')?.principal ?? 'a stranger',
    reason: context.req.header(REASON_HEADER),
    requestId: context.get('requestId'),
  };
}
