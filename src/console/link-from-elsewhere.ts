// A link on another site, such as one in a chat: the browser opens it without the session's cookie, which is Strict. So
// its first answer is a page that opens the same address again, now from here, and the cookie comes along.

import { html } from 'hono/html';
import type { RequestContext } from '../http/route.ts';
import type { ConsoleAddress } from './address.ts';
import { bareDocument } from './layout.ts';
import { sendPage, themeOf } from './respond.ts';

export function isLinkFromElsewhere({ req }: RequestContext): boolean {
  return req.header('sec-fetch-site') === 'cross-site' && req.method === 'GET';
}

export function comeAgain(context: RequestContext, address: ConsoleAddress): Response | Promise<Response> {
  const path = address.of(address.pageAt(new URL(context.req.url)));
  const body = html`<main class="door"><p><a href="${path}">Open ${path}</a></p></main>`;
  const head = html`<meta http-equiv="refresh" content="0">`;
  return sendPage(context, bareDocument({ address, title: 'Opening', theme: themeOf(context), head }, body), 401);
}
