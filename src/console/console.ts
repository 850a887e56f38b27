// The console: a surface of pages for people, at /console.

import { getCookie, setCookie } from 'hono/cookie';
import type { Caller } from '../access/caller.ts';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestContext, Route, Surface } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { assetAt } from './assets.ts';
import { errorPage } from './error-page.ts';
import { FormTokens } from './form-tokens.ts';
import type { Cells } from './html.ts';
import { renderPage, THEMES, type Theme } from './layout.ts';
import { LiveHub, type LiveHubOptions } from './live/live-hub.ts';
import { liveRoute } from './live/live-route.ts';
import { railCells } from './live/rail.ts';
import { type SnapshotSource, Snapshots } from './live/snapshots.ts';
import { FORM_TOKEN } from './parts/forms.ts';
import { type RequestSource, requestOf } from './request.ts';
import type { ConsoleRequest, ConsoleRoute, Done, Page } from './route.ts';
import { consoleRoutes } from './routes.ts';

export interface ConsoleOptions {
  executor: Executor;
  /** The queues that this process's dispatcher leads; default: none. */
  led?: SnapshotSource['led'];
  /** Announces changes of settings (LiveHub). */
  listen?: LiveHubOptions['listen'];
  logger: Logger;
}

/** The console, and what it keeps open. */
export interface Console extends Surface {
  stop(): Promise<void>;
}

export const CONSOLE = '/console';
const NOTE_COOKIE = 'pgtaskqueue-note';
const THEME_COOKIE = 'pgtaskqueue-theme';

/** Values of style attributes come from our own numbers; nothing else inline is allowed, and nothing from elsewhere. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'"],
  ...["img-src 'self' data:", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"],
].join('; ');

export function consoleSurface({ executor, led = () => [], listen, logger }: ConsoleOptions): Console {
  const tokens = new FormTokens();
  const snapshots = new Snapshots({ executor, led, clock: systemClock });
  const hub = new LiveHub({ snapshots, listen, clock: systemClock, logger });
  const source: RequestSource = { executor, tokens, snapshot: () => hub.snapshot() };
  const pages = consoleRoutes();
  const live = liveRoute({
    hub,
    routes: pages,
    requestFor: (context, caller, address) => ({ ...requestOf(context, caller, source), ...address }),
  });
  return {
    prefix: CONSOLE,
    routes: [assetRoute, live, ...pages.map((route) => pageRoute(route, source))],
    renderError: (error, context) => failed(error, context, source),
    stop: () => hub.stop(),
  };
}

const assetRoute: Route = {
  method: 'GET',
  path: '/assets/:hash/:name',
  needs: 'known',
  answer: (context) => {
    const asset = assetAt(context.req.param('hash') ?? '', context.req.param('name') ?? '');
    if (!asset) throw new HttpError(404, `there is nothing at ${context.req.path}`);
    return context.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  },
};

function pageRoute(route: ConsoleRoute, source: RequestSource): Route {
  return {
    ...{ method: route.method, path: route.path, needs: route.needs },
    page: route.method === 'GET',
    takesBytes: true, // forms, each with its token
    answer: async (context) => {
      const request = requestOf(context, context.get('caller') as Caller, source);
      if (route.method === 'POST') await requireToken(request, source.tokens);
      const answer = await route.answer(request);
      if (answer instanceof Response) return answer;
      return 'goTo' in answer ? goTo(context, answer) : show(request, answer);
    },
  };
}

async function requireToken(request: ConsoleRequest, tokens: FormTokens): Promise<void> {
  const given = (await request.form()).get(FORM_TOKEN) ?? '';
  if (tokens.isValid(given, request.caller)) return;
  throw new HttpError(403, 'this form is out of date: go back, reload the page and send it again');
}

function goTo(context: RequestContext, { goTo: path, note }: Done): Response {
  setCookie(context, NOTE_COOKIE, note, { path: CONSOLE, httpOnly: true, sameSite: 'Strict', maxAge: 60 });
  return context.redirect(CONSOLE + path, 303);
}

async function show(request: ConsoleRequest, page: Page): Promise<Response> {
  const { context, caller } = request;
  const note = getCookie(context, NOTE_COOKIE);
  if (note !== undefined) setCookie(context, NOTE_COOKIE, '', { path: CONSOLE, maxAge: 0 });
  const chosen = getCookie(context, THEME_COOKIE) ?? '';
  const theme = Object.hasOwn(THEMES, chosen) ? (chosen as Theme) : 'auto';
  const rail = await railCells(request).catch((): Cells => new Map()); // the page of an error has none
  context.header('content-security-policy', POLICY);
  context.header('cache-control', 'no-store');
  return context.html(renderPage(page, { caller, theme, note, rail }), page.status ?? 200);
}

async function failed(error: unknown, context: RequestContext, source: RequestSource): Promise<Response> {
  const caller = context.get('caller');
  const status =
    error instanceof HttpError ? error.status : error instanceof TaskQueueError ? httpStatusOf(error) : 500;
  if (caller) return show(requestOf(context, caller, source), errorPage(status, error));
  return context.text(error instanceof HttpError ? error.message : 'the server failed to answer this request', status);
}
