// Mounts routes in the application, always with their guards, in a fixed order. The checks belong to the route and not
// to a prefix of its path, because paths have many spellings.

import type { Hono, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AccessError, type AccessProblem } from '../access/access-error.ts';
import { type Caller, denialOf, may } from '../access/caller.ts';
import { type Authority, identify, refusalOf } from '../access/identify.ts';
import { TransientError } from '../domain/errors.ts';
import { requireJson } from './body-type.ts';
import { HttpError } from './http-error.ts';
import { requireOneHost } from './one-host.ts';
import { OPEN_ROUTES } from './open-routes.ts';
import { refuseOtherSites } from './other-sites.ts';
import { presentedIn } from './presented.ts';
import type { HttpEnv, Need, RequestContext, Route, Surface } from './route.ts';

/** A task of 1 MB in base64, and the JSON around it. */
const MAX_BODY_BYTES = 2_097_152;

/** Who may come in, and from where. */
export interface Guards {
  authority: Authority;
  /** The origin under which browsers know the server; undefined: that of the request. */
  publicUrl?: string | undefined;
  /** The routes that need no credential; default: those of a database. */
  open?: readonly string[] | undefined;
}

/** Adds the routes of a surface to the application. */
export function mount(
  app: Hono<HttpEnv>,
  surface: Surface,
  { authority, publicUrl, open = OPEN_ROUTES }: Guards,
): void {
  for (const route of surface.routes) {
    const path = surface.prefix + route.path;
    const isOpen = open.includes(`${route.method} ${path}`);
    const limit = limitOf(route);
    const answer = async (context: RequestContext) => {
      try {
        requireOneHost(context);
        refuseOtherSites(context, { page: route.page ?? false, publicUrl });
        if (isOpen) context.set('caller', await anyone(context, surface, authority));
        else await admit(context, surface, route, authority);
        context.set('admitAgain', () => admit(context, surface, route, authority));
        if (!route.takesBytes) requireJson(context);
        return await within(limit, context, route);
      } catch (error) {
        return withChallenge(await surface.renderError(withStatus(error), context));
      }
    };
    if (route.method === 'ALL') app.all(path, answer);
    else app.on(route.method, path, answer);
  }
}

const STATUS_OF = { unauthenticated: 401, denied: 403, misdirected: 421 } as const satisfies Record<
  AccessProblem,
  number
>;

function withStatus(error: unknown): unknown {
  if (!(error instanceof AccessError)) return error;
  const hint = error.problem === 'denied' ? 'An administrator can give your token this right.' : undefined;
  return new HttpError(STATUS_OF[error.problem], error.message, hint);
}

/** @throws AccessError for anonymous callers, and for callers without the right */
async function admit(context: RequestContext, surface: Surface, route: Route, authority: Authority): Promise<void> {
  const caller = await callerOn(context, surface, authority);
  if (!caller) throw refusalOf(presentedIn(context, surface.tokensInUrl ?? false), authority);
  context.set('caller', caller);
  if (route.needs !== 'known' && !route.needs.checkedInside) await requireRight(context, surface, route.needs, caller);
}

/** The surface's own way of knowing callers comes last: it counts only for those who are anonymous without it. */
async function callerOn(context: RequestContext, surface: Surface, authority: Authority): Promise<Caller | undefined> {
  const caller = await identify(presentedIn(context, surface.tokensInUrl ?? false), authority);
  if (caller || !surface.callerOf) return caller;
  return surface.callerOf(context, (credential) =>
    identify({ ...presentedIn(context, false), credential }, authority).catch((error) => {
      if (error instanceof AccessError) return undefined;
      throw error;
    }),
  );
}

// A token cannot be looked up while the database is unreachable, which is when probes matter most.
async function anyone(context: RequestContext, surface: Surface, authority: Authority): Promise<Caller | undefined> {
  return callerOn(context, surface, authority).catch((error) => {
    if (error instanceof TransientError) return undefined;
    throw error;
  });
}

async function requireRight(context: RequestContext, surface: Surface, need: Need, caller: Caller): Promise<void> {
  const { right } = need;
  const queue = need.queue === undefined ? undefined : (context.req.param(need.queue) ?? '');
  if (may(caller, right, queue)) return;
  if (queue !== undefined && (await surface.admits?.(context, caller, right, queue))) return;
  throw denialOf(right, queue);
}

function withChallenge(response: Response): Response {
  if (response.status === 401) response.headers.set('WWW-Authenticate', 'Bearer realm="pgtaskqueue"');
  return response;
}

function limitOf({ maxBodyBytes = MAX_BODY_BYTES }: Route): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new HttpError(413, `the body must have at most ${maxBodyBytes} bytes`);
    },
  });
}

/** Lets the route answer if the body is not too large. Most say how long they are; the bytes of others are counted. */
async function within(limit: MiddlewareHandler, context: RequestContext, route: Route): Promise<Response> {
  const length = Number(context.req.header('content-length') ?? 0);
  const isCounted = context.req.header('transfer-encoding') === undefined && !Number.isNaN(length);
  if (isCounted && length <= (route.maxBodyBytes ?? MAX_BODY_BYTES)) return route.answer(context);
  await limit(context, async () => {
    context.res = await route.answer(context);
  });
  return context.res;
}
