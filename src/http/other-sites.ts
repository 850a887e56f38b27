// Rejects requests that a web page of another site makes its visitor's browser send: they come from this machine, or
// with a cookie, without the visitor's intent. Browsers state where a request comes from, and pages cannot change that.

import { HttpError } from './http-error.ts';
import type { RequestContext } from './route.ts';

export interface OwnSite {
  /** Whether other sites may link here. */
  page: boolean;
  /** The origin under which browsers know the server, if a proxy changes the host. */
  publicUrl?: string | undefined;
}

/** @throws HttpError 403 */
export function refuseOtherSites(context: RequestContext, { page, publicUrl }: OwnSite): void {
  if (isFromHere(context, publicUrl) || (page && isFollowedLink(context))) return;
  throw new HttpError(403, 'requests from web pages of other sites are not allowed');
}

// Sec-Fetch-Site is checked first, because Origin and Host differ behind a proxy that changes the host. Old browsers
// send only Origin; programs send neither.
function isFromHere({ req }: RequestContext, publicUrl: string | undefined): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = req.header('origin')?.toLowerCase();
  if (origin === undefined || origin === publicUrl) return true;
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === req.header('host')?.toLowerCase();
}

function isFollowedLink({ req }: RequestContext): boolean {
  const isNavigation = req.header('sec-fetch-mode') === 'navigate' && req.header('sec-fetch-dest') === 'document';
  return isNavigation && (req.method === 'GET' || req.method === 'HEAD');
}
