// Whether the process lives and whether it can work.

import type { Handler } from 'hono';
import { problem } from './problem.ts';

/** Why the server cannot work, in words for an operator; undefined when it can. */
export type Readiness = () => Promise<string | undefined>;

/** `GET /healthz`: 200 as long as the process answers. */
export const health: Handler = (context) => context.json({ status: 'ok' });

/** `GET /readyz`: 200 when the database answers and its schema is this program's, else 503. */
export function ready(readiness: Readiness): Handler {
  return async (context) => {
    const reason = await readiness();
    return reason === undefined ? context.json({ status: 'ready' }) : problem(context, 503, reason);
  };
}
