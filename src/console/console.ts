// The console: a surface of pages for people, at /console.

import { getCookie, setCookie } from 'hono/cookie';
import { type Caller, may } from '../access/caller.ts';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { executorFor } from '../http/behalf.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestContext, Route, Surface } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import { assetAt } from './assets.ts';
import { errorPage } from './error-page.ts';
import { FormTokens } from './form-tokens.ts';
import { renderPage, THEMES, type Theme } from './layout.ts';
import { FORM_TOKEN } from './parts/forms.ts';
import type { ConsoleRequest, ConsoleRoute, Done, FormFields, Page } from './route.ts';
import { type ConsoleSources, consoleRoutes } from './routes.ts';

export interface ConsoleOptions extends ConsoleSources {
  executor: Executor;
}

export const CONSOLE = '/console';
const NOTE_COOKIE = 'pgtaskqueue-note';
const THEME_COOKIE = 'pgtaskqueue-theme';

/** Values of style attributes come from our own numbers; nothing else inline is allowed, and nothing from elsewhere. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'"],
  ...["img-src 'self' data:", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"],
].join('; ');

export function consoleSurface({ executor, ...sources }: ConsoleOptions): Surface {
  const tokens = new FormTokens();
  const routes = consoleRoutes(sources).map((route) => pageRoute(route, executor, tokens));
  return { prefix: CONSOLE, routes: [assetRoute, ...routes], renderError: (error, context) => failed(error, context) };
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

function pageRoute(route: ConsoleRoute, executor: Executor, tokens: FormTokens): Route {
  return {
    ...{ method: route.method, path: route.path, needs: route.needs },
    page: route.method === 'GET',
    takesBytes: true, // forms, each with its token
    answer: async (context) => {
      const caller = context.get('caller') as Caller;
      const request = requestOf(context, caller, executor, tokens);
      if (route.method === 'POST') await requireToken(request, tokens);
      const answer = await route.answer(request);
      if (answer instanceof Response) return answer;
      return 'goTo' in answer ? goTo(context, answer) : show(context, caller, answer);
    },
  };
}

function requestOf(context: RequestContext, caller: Caller, executor: Executor, tokens: FormTokens): ConsoleRequest {
  let fields: Promise<FormFields> | undefined;
  return {
    context,
    caller,
    executor: executorFor(context, executor),
    formToken: tokens.of(caller),
    param: (name) => context.req.param(name) ?? '',
    query: (name) => context.req.query(name) || undefined,
    form: () => {
      fields ??= readForm(context);
      return fields;
    },
    may: (right, queue) => may(caller, right, queue),
  };
}

async function readForm({ req }: RequestContext): Promise<FormFields> {
  const sent = new URLSearchParams(await req.text());
  return {
    get: (name) => sent.getAll(name).at(-1)?.trim() || undefined,
    all: (name) => sent.getAll(name),
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

async function show(context: RequestContext, caller: Caller, page: Page): Promise<Response> {
  const note = getCookie(context, NOTE_COOKIE);
  if (note !== undefined) setCookie(context, NOTE_COOKIE, '', { path: CONSOLE, maxAge: 0 });
  const chosen = getCookie(context, THEME_COOKIE) ?? '';
  const theme = Object.hasOwn(THEMES, chosen) ? (chosen as Theme) : 'auto';
  context.header('content-security-policy', POLICY);
  context.header('cache-control', 'no-store');
  return context.html(renderPage(page, { caller, theme, note }), page.status ?? 200);
}

async function failed(error: unknown, context: RequestContext): Promise<Response> {
  const caller = context.get('caller');
  const status =
    error instanceof HttpError ? error.status : error instanceof TaskQueueError ? httpStatusOf(error) : 500;
  if (caller) return show(context, caller, errorPage(status, error));
  return context.text(error instanceof HttpError ? error.message : 'the server failed to answer this request', status);
}
