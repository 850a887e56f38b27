// Health checks: whether the process is alive, and whether it can work. Probes have no token, so anonymous callers get
// only a status code.

import { problem } from './problem.ts';
import type { RequestContext, Route } from './route.ts';

/** Returns why the server cannot work, for an operator; undefined if it can. */
export type ReadinessCheck = () => Promise<string | undefined>;

/**
 * `GET /healthz`: 200 as long as the process responds. `GET /readyz`: 200 if the database responds and its schema suits
 * this program, otherwise 503.
 */
export function healthRoutes(readiness: ReadinessCheck): Route[] {
  return [
    { method: 'GET', path: '/healthz', needs: 'known', answer: (context) => statusWord(context, 'ok') },
    {
      method: 'GET',
      path: '/readyz',
      needs: 'known',
      answer: async (context) => {
        const reason = await readiness();
        if (reason === undefined) return statusWord(context, 'ready');
        return isAnonymous(context) ? context.body(null, 503) : problem(context, 503, reason);
      },
    },
  ];
}

/** A status: 200, and the word to callers who are known. */
export function statusWord(context: RequestContext, word: string): Response {
  return isAnonymous(context) ? context.body(null, 200) : context.json({ status: word });
}

export function isAnonymous(context: RequestContext): boolean {
  return context.get('caller') === undefined;
}
