// The HTTP side of the server. Every route carries its guard itself; a test walks the routes and tries each without a token.

import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { guard } from './auth.ts';
import { renderError } from './errors.ts';
import { health, type Readiness, ready } from './health.ts';
import { index } from './index-page.ts';
import { problem } from './problem.ts';
import { type PullRestOptions, pullRest } from './v1beta2/routes.ts';

/** What the application is made of. */
export interface AppOptions {
  /** Token every request must carry; undefined: loopback names only. */
  token?: string | undefined;
  /** Says why the server cannot work, undefined when it can. */
  readiness: Readiness;
  /** What the pull queues' REST API works with; undefined: it is not there. */
  pull?: Omit<PullRestOptions, 'token'> | undefined;
  /** Version of the program, shown at `/`. */
  version: string;
}

/** The application; `app.fetch` answers requests, with or without a socket. */
export function createApp({ token, readiness, pull, version }: AppOptions): Hono {
  const app = new Hono();
  const allowed = guard(token);
  app.use(secureHeaders());
  app.get('/', allowed, index(version));
  app.get('/healthz', allowed, health);
  app.get('/readyz', allowed, ready(readiness));
  if (pull) app.route('/taskqueue/v1beta2', pullRest({ ...pull, token }));
  app.all('*', allowed, (context) => problem(context, 404, `there is nothing at ${context.req.path}`));
  app.onError((error, context) => renderError(error, context));
  return app;
}
