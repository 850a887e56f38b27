// Error responses as problem documents (RFC 9457).

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RequestContext } from './route.ts';

const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  500: 'Internal error',
  503: 'Unavailable',
};

/** Returns a problem document; `more` adds members, such as the error's code. */
export function problem(
  context: RequestContext,
  status: ContentfulStatusCode,
  detail: string,
  more: Record<string, unknown> = {},
): Response {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...more };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}
