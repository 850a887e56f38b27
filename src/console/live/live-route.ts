// /console/live: the changes of a page, as a stream or once. The page's own needs are checked, at first and again and
// again: a token may have been revoked.

import { TrieRouter } from 'hono/router/trie-router';
import { type Caller, denialOf, may } from '../../access/caller.ts';
import { HttpError } from '../../http/http-error.ts';
import type { RequestContext, Route } from '../../http/route.ts';
import { requireSome } from '../page-route.ts';
import type { ConsoleRequest, ConsoleRoute } from '../route.ts';
import type { LiveHub } from './live-hub.ts';
import type { Viewed } from './live-page.ts';
import { railCells } from './rail.ts';
import { streamTo } from './stream.ts';

/** A page's address, taken apart. */
export interface PageAddress {
  param(name: string): string;
  query(name: string): string | undefined;
}

export interface LiveRouteOptions {
  hub: LiveHub;
  routes: readonly ConsoleRoute[];
  /** A request for another page than that of the context. */
  requestFor: (context: RequestContext, caller: Caller, address: PageAddress) => ConsoleRequest;
}

export function liveRoute({ hub, routes, requestFor }: LiveRouteOptions): Route {
  const pages = new TrieRouter<ConsoleRoute>();
  for (const route of routes) if (route.method === 'GET') pages.add('GET', route.path || '/', route);

  const answer = async (context: RequestContext) => {
    const page = context.req.query('page') ?? '';
    const { route, address } = pageAt(pages, page);
    const check = () => requireMay(context.get('caller') as Caller, route, address);
    check();
    const caller = context.get('caller') as Caller;
    const request = requestFor(context, caller, address);
    const viewed: Viewed = {
      key: JSON.stringify([page, caller.principal, caller.grant, request.formToken]), // cells may have forms
      cells: async () => new Map([...((await route.cells?.(request)) ?? []), ...(await railCells(request))]),
    };
    const since = Number(context.req.query('since')) || 0;
    if (context.req.query('once') !== undefined) {
      context.header('cache-control', 'no-store');
      return context.json(await hub.poll(viewed, since));
    }
    const recheck = async () => {
      await context.get('admitAgain')();
      check();
    };
    return streamTo({ hub, viewed, since, recheck });
  };
  return { method: 'GET', path: '/live', needs: 'known', answer };
}

function pageAt(pages: TrieRouter<ConsoleRoute>, page: string): { route: ConsoleRoute; address: PageAddress } {
  const url = new URL(page, 'http://page/');
  const [[found]] = pages.match('GET', decodeURI(url.pathname));
  if (!found) throw new HttpError(404, `there is no page ${page}`);
  const [route, params] = found as unknown as [ConsoleRoute, Record<string, string>];
  return {
    route,
    address: {
      param: (name) => decodeURIComponent(params[name] ?? ''),
      query: (name) => url.searchParams.get(name) || undefined,
    },
  };
}

/** @throws AccessError */
function requireMay(caller: Caller, { needs }: ConsoleRoute, address: PageAddress): void {
  requireSome(needs, caller);
  if (needs === 'known' || needs.checkedInside) return;
  const queue = needs.queue === undefined ? undefined : address.param(needs.queue);
  if (!may(caller, needs.right, queue)) throw denialOf(needs.right, queue);
}
