// The index page at `/`.

import { html } from 'hono/html';
import type { Route } from './route.ts';

const PAGES = {
  '/healthz': 'the process responds',
  '/readyz': 'the database responds and its schema suits this program',
  '/openapi.json': 'the REST API of Cloud Tasks, in OpenAPI 3.1',
};

/** `GET /`: an overview, as a page for browsers and as JSON for programs. */
export function indexRoute(version: string): Route {
  return {
    method: 'GET',
    path: '/',
    needs: 'known',
    page: true,
    answer: (context) => {
      const wantsPage = context.req.header('accept')?.includes('text/html') ?? false;
      return wantsPage ? context.html(page(version)) : context.json({ name: 'pgtaskqueue', version, pages: PAGES });
    },
  };
}

function page(version: string) {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>pgtaskqueue</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<h1>pgtaskqueue ${version}</h1>
<p>The server is running and dispatches due tasks. To see the queues, run <code>pgtaskqueue queues list</code>
or <code>select * from taskqueue.queues</code>.</p>
<ul>${Object.entries(PAGES).map(([path, what]) => html`<li><a href="${path}">${path}</a>: ${what}</li>`)}</ul>
</html>`;
}
