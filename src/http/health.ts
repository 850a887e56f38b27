// Whether the process lives and whether it can work. Probes carry no token: strangers learn the status alone, in a number.

import { problem } from './problem.ts';
import type { RequestContext, Route } from './route.ts';

/** Why the server cannot work, in words for an operator; undefined when it can. */
export type ReadinessCheck = () => Promise<string | undefined>;

/** `GET /healthz`: 200 as long as the process answers. `GET /readyz`: 200 when the database answers and its schema is this program's, else 503. */
export function healthRoutes(readiness: ReadinessCheck): Route[] {
  return [
    { method: 'GET', path: '/healthz', needs: 'known', answer: (context) => status(context, 'ok') },
    {
      method: 'GET',
      path: '/readyz',
      needs: 'known',
      answer: async (context) => {
        const reason = await readiness();
        if (reason === undefined) return status(context, 'ready');
        return isStranger(context) ? context.body(null, 503) : problem(context, 503, reason);
      },
    },
  ];
}

function status(context: RequestContext, word: string): Response {
  return isStranger(context) ? context.body(null, 200) : context.json({ status: word });
}

const isStranger = (context: RequestContext) => context.get('caller') === undefined;
