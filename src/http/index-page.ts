// The index page at `/`.

import { html } from 'hono/html';
import { renderError } from './errors.ts';
import { HttpError } from './http-error.ts';
import type { RequestContext, Route, Surface } from './route.ts';

const PAGES = {
  '/healthz': 'the process responds',
  '/readyz': 'the database responds and its schema suits this program',
  '/openapi.json': 'the REST API of Cloud Tasks, in OpenAPI 3.1',
};

const CONSOLE = { '/console': 'the console: queues, tasks, health' };

/** `GET /`: an overview, as a page for browsers and as JSON for programs. */
export function indexRoute(version: string, hasConsole: boolean, base: string): Route {
  const shown = Object.entries(hasConsole ? { ...CONSOLE, ...PAGES } : PAGES);
  const pages = Object.fromEntries(shown.map(([path, what]) => [base + path, what]));
  return {
    method: 'GET',
    path: '/',
    needs: 'known',
    page: true,
    answer: (context) =>
      wantsPage(context)
        ? context.html(overview(version, pages, hasConsole && `${base}/console`))
        : context.json({ name: 'pgtaskqueue', version, pages }),
  };
}

/** Sends a person who is not known yet to the console, where people sign in. */
export function indexErrors(base: string): Surface['renderError'] {
  return (error, context) => {
    const isAnonymous = error instanceof HttpError && error.status === 401;
    if (!isAnonymous || !wantsPage(context)) return renderError(error, context);
    const link = html`<a href="${base}/console">the console</a>`;
    return context.html(page(html`<h1>pgtaskqueue</h1><p>Sign in to ${link}.</p>`), 401);
  };
}

function wantsPage({ req }: RequestContext): boolean {
  return req.header('accept')?.includes('text/html') ?? false;
}

function overview(version: string, pages: Record<string, string>, pagesAt: string | false) {
  const queues = pagesAt
    ? html`open <a href="${pagesAt}">the console</a>`
    : html`run <code>pgtaskqueue queues list</code>`;
  return page(html`<h1>pgtaskqueue ${version}</h1>
<p>The server is running. To see the queues, ${queues}, or <code>select * from taskqueue.queues</code>.</p>
<ul>${Object.entries(pages).map(([path, what]) => html`<li><a href="${path}">${path}</a>: ${what}</li>`)}</ul>`);
}

function page(body: ReturnType<typeof html>) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>pgtaskqueue</title>
<style>
:root { color-scheme: light dark; background: light-dark(#f4f6f7, #0e1316); color: light-dark(#131a1f, #e7ecef) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
a { color: light-dark(#0a6074, #62c6da) }
</style>
${body}
</html>`;
}
