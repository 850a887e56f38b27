// The HTTP side of the server: surfaces, mounted with their guards. A test walks all routes with each right, and without any.

import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import type { Waits } from '../client/waits.ts';
import type { Executor } from '../postgres/executor.ts';
import { checkToken } from '../store/tokens.ts';
import { renderError } from './errors.ts';
import { healthRoutes, type ReadinessCheck } from './health.ts';
import { HttpError } from './http-error.ts';
import { indexRoute } from './index-page.ts';
import { rememberTokens } from './known-tokens.ts';
import { mount } from './mount.ts';
import type { HttpEnv, Route, Surface } from './route.ts';
import { pullRest } from './v1beta2/routes.ts';

/** What the application is made of. */
export interface AppOptions {
  /** The server's own token, which may do everything; undefined: programs on this machine may. */
  token?: string | undefined;
  /** Says why the server cannot work, undefined when it can. */
  readiness: ReadinessCheck;
  /** For the statements of requests. */
  executor: Executor;
  /** For calls that wait for work. */
  waits: Waits;
  /** Version of the program, shown at `/`. */
  version: string;
}

/** Most characters of an `X-Request-Id` that is taken over; for a longer one, or none, one is made. */
const REQUEST_ID_LENGTH = 100;

/** The application; `app.fetch` answers requests, with or without a socket. */
export function createApp(options: AppOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const authority = {
    token: options.token,
    lookUp: rememberTokens((token) => checkToken(options.executor, token)),
  };
  app.use(secureHeaders(), requestId({ limitLength: REQUEST_ID_LENGTH }));
  for (const surface of surfaces(options)) mount(app, surface, authority);
  return app;
}

/** All there is. The last one answers whatever no other does. */
export function surfaces({ readiness, version, executor, waits }: Omit<AppOptions, 'token'>): Surface[] {
  return [
    { prefix: '', routes: [indexRoute(version), ...healthRoutes(readiness)], renderError },
    pullRest({ executor, waits }),
    { prefix: '', routes: [NOTHING_HERE], renderError },
  ];
}

const NOTHING_HERE: Route = {
  method: 'ALL',
  path: '*',
  needs: 'known',
  takesBytes: true,
  answer: (context) => {
    throw new HttpError(404, `there is nothing at ${context.req.path}`);
  },
};
