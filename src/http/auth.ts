// Who may call. With a token: whoever carries it. Without one: programs on this machine, by its own names only, so that
// a web page elsewhere cannot reach the server by pointing a name of its own at 127.0.0.1 (DNS rebinding).

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

/**
 * The check that stands before every route's handler. It belongs to the route and not to a path prefix: paths have many
 * spellings, handlers have one.
 *
 * @param token what `Authorization: Bearer …` must carry; undefined: loopback names only
 */
export function guard(token: string | undefined): MiddlewareHandler {
  return token === undefined ? loopbackNames : bearer(token);
}

function bearer(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    // Digests have one length, so that comparing takes the same time whatever was given.
    if (timingSafeEqual(digest(given ?? ''), expected)) return next();
    context.header('WWW-Authenticate', 'Bearer realm="pgtaskqueue"');
    return problem(context, 401, 'Authorization: Bearer <token> is missing or wrong');
  };
}

/** Whether a request came by one of this machine's own names. */
export function isLoopbackRequest(context: Context): boolean {
  return isLoopbackName(hostOf(context));
}

const loopbackNames: MiddlewareHandler = async (context, next) => {
  if (isLoopbackRequest(context)) return next();
  return problem(context, 421, 'without a token this server answers to localhost, 127.0.0.1 and [::1] only');
};

function hostOf(context: Context): string {
  return context.req.header('host') ?? new URL(context.req.url).host;
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

const digest = (text: string) => createHash('sha256').update(text).digest();
