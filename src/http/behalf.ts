// Acting on behalf of a request: calls made through this executor are audited with the caller, the reason and the
// request's id.

import { behalfOf, REASON_HEADER } from '../access/behalf.ts';
import { type Executor, onBehalfOf } from '../postgres/executor.ts';
import type { RequestContext } from './route.ts';

/** Returns the executor for everything that a request does. */
export function executorFor(context: RequestContext, executor: Executor): Executor {
  return onBehalfOf(
    executor,
    behalfOf(context.get('caller'), context.req.header(REASON_HEADER), context.get('requestId')),
  );
}
