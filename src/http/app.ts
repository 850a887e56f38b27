// The HTTP application: surfaces, mounted with their guards. A test requests all routes with each right, and without
// any.

import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { authorityOf } from '../access/authority.ts';
import type { Waits } from '../client/waits.ts';
import { type Backend, createBackend } from '../cloud-tasks/backend.ts';
import { ANY_HTTP_TASK } from '../cloud-tasks/http-task-rules.ts';
import type { Executor } from '../postgres/executor.ts';
import type { TaskTokens } from '../task-tokens/task-tokens.ts';
import { appEngine } from './app-engine/routes.ts';
import { cloudTasksRest } from './cloud-tasks/routes.ts';
import { type EmulatorControls, emulatorRoutes } from './emulator.ts';
import { renderError } from './errors.ts';
import { healthRoutes, type ReadinessCheck } from './health.ts';
import { HttpError } from './http-error.ts';
import { idTokenRoutes } from './id-tokens.ts';
import { indexErrors, indexRoute } from './index-page.ts';
import { type MetricsText, metricsRoute } from './metrics.ts';
import { mount } from './mount.ts';
import { openApiRoute } from './openapi.ts';
import type { HttpEnv, Route, Surface } from './route.ts';
import { pullRest } from './v1beta2/routes.ts';

/** Options of the application. */
export interface AppOptions {
  /** The server's own token, which grants everything; undefined: programs on this machine may do everything. */
  token?: string | undefined;
  /** Address that the server listens on; undefined: unknown, so that callers need a token. */
  bind?: string | undefined;
  /** The origin under which browsers know the server, such as `https://tasks.example.com`; undefined: as they say. */
  publicUrl?: string | undefined;
  /** What precedes the paths of requests, and is taken off before they come here: `/cells/eu`; default: nothing. */
  base?: string | undefined;
  /** Returns why the server cannot work; undefined if it can. */
  readiness: ReadinessCheck;
  /** For the statements of requests. */
  executor: Executor;
  /** For calls that wait for work; undefined: there is no REST API, only probes and metrics. */
  waits: Waits | undefined;
  /** For the operations of Cloud Tasks; default: one of the application's own, which lets all HTTP tasks through. */
  backend?: Backend | undefined;
  /** Undefined: no public keys of ID tokens are published. */
  taskTokens?: TaskTokens | undefined;
  /** Undefined: there is neither `/reset` nor `/clock`. */
  emulator?: EmulatorControls | undefined;
  /** Undefined: there is no `/metrics`. */
  metrics?: MetricsText | undefined;
  /** Pages for people; undefined: there are none. */
  console?: Surface | undefined;
  /** The program's version, shown at `/`. */
  version: string;
}

/** Maximum length of an `X-Request-Id` that is accepted; for a longer or missing one, an id is generated. */
const REQUEST_ID_LENGTH = 100;
/** Under `no-referrer` browsers do not even tell the server itself from which of its pages a form comes. */
const REFERRER_POLICY = 'same-origin';

/** Creates the application; `app.fetch` answers requests with or without a socket. */
export function createApp(options: AppOptions): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  const { token, bind, executor, publicUrl } = options;
  const authority = authorityOf(token, bind, executor);
  useHeaders(app);
  for (const surface of surfaces(options)) mount(app, surface, { authority, publicUrl });
  return app;
}

/** Adds what every response of a server has. */
export function useHeaders(app: Hono<HttpEnv>): void {
  app.use(secureHeaders({ referrerPolicy: REFERRER_POLICY }), requestId({ limitLength: REQUEST_ID_LENGTH }));
}

/** Returns all surfaces. The last one answers everything that no other does. */
export function surfaces({
  base = '',
  readiness,
  version,
  executor,
  waits,
  taskTokens,
  emulator,
  metrics,
  console: pages,
  backend = createBackend(executor, ANY_HTTP_TASK),
}: Omit<AppOptions, 'token' | 'bind' | 'publicUrl'>): Surface[] {
  const operations = [
    ...(taskTokens ? idTokenRoutes(taskTokens) : []),
    ...(metrics ? [metricsRoute(metrics)] : []),
    ...(waits ? [openApiRoute(version, base)] : []),
    ...(emulator ? emulatorRoutes(emulator) : []),
  ];
  return [
    {
      prefix: '',
      routes: [indexRoute(version, pages !== undefined, base)],
      renderError: pages ? indexErrors(base) : renderError,
    },
    { prefix: '', routes: [...healthRoutes(readiness), ...operations], renderError },
    ...(pages ? [pages] : []),
    ...(waits
      ? [
          pullRest({ executor, waits, leased: backend.leased }),
          appEngine({ executor, leased: backend.leased }),
          cloudTasksRest(backend),
        ]
      : []),
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
