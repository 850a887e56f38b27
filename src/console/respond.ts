// Responses with pages: their headers, and the cookies that last from one page to the next.

import { getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RequestContext } from '../http/route.ts';
import type { ConsoleAddress } from './address.ts';
import { compress, encodingFor, encodingHeaders } from './compress.ts';
import type { Html } from './html.ts';
import { THEMES, type Theme } from './layout.ts';

const NOTE_COOKIE = 'pgtaskqueue-note';
const THEME_COOKIE = 'pgtaskqueue-theme';
/** Browsers refuse cookies of more than 4096 bytes, and a character may take nine. */
const LONGEST_NOTE = 400;

/** Values of style attributes come from our own numbers; nothing else inline is allowed, and nothing from elsewhere. */
const POLICY = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'"],
  ...["img-src 'self' data:", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'self'", "form-action 'self'"],
].join('; ');

export async function sendPage(
  context: RequestContext,
  document: Html,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const text = String(await document);
  const encoding = encodingFor(context);
  return context.body(encoding ? await compress(text, encoding) : text, status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    ...encodingHeaders(encoding),
  });
}

/** Keeps what an act did for the page that is shown next. */
export function leaveNote(context: RequestContext, note: string, { cookiePath }: ConsoleAddress): void {
  const value = note.length > LONGEST_NOTE ? `${note.slice(0, LONGEST_NOTE)}…` : note;
  setCookie(context, NOTE_COOKIE, value, { path: cookiePath, httpOnly: true, sameSite: 'Strict', maxAge: 60 });
}

/** What the last act did, once. */
export function takeNote(context: RequestContext, { cookiePath }: ConsoleAddress): string | undefined {
  const note = getCookie(context, NOTE_COOKIE);
  if (note !== undefined) setCookie(context, NOTE_COOKIE, '', { path: cookiePath, maxAge: 0 });
  return note;
}

export function themeOf(context: RequestContext): Theme {
  const chosen = getCookie(context, THEME_COOKIE) ?? '';
  return Object.hasOwn(THEMES, chosen) ? (chosen as Theme) : 'auto';
}
