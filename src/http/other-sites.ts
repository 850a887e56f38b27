// Requests that a web page of another site has its visitor's browser send are refused: they come from this machine, or with a cookie, and nobody meant
// them. Browsers say where a request comes from, and pages can't make them lie.

import { HttpError } from './http-error.ts';
import type { RequestContext } from './route.ts';

/**
 * @param page whether links of other sites may lead here
 * @throws HttpError 403
 */
export function refuseOtherSites(context: RequestContext, page: boolean): void {
  if (isFromHere(context) || (page && isFollowedLink(context))) return;
  throw new HttpError(403, 'requests of web pages of other sites are refused');
}

// Sec-Fetch-Site comes first, as Origin and Host differ behind a proxy that changes the host. Old browsers send Origin alone; programs send neither.
function isFromHere({ req }: RequestContext): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = req.header('origin');
  return (
    origin === undefined || /^https?:\/\/(.+)$/i.exec(origin)?.[1]?.toLowerCase() === req.header('host')?.toLowerCase()
  );
}

function isFollowedLink({ req }: RequestContext): boolean {
  const isNavigation = req.header('sec-fetch-mode') === 'navigate' && req.header('sec-fetch-dest') === 'document';
  return isNavigation && (req.method === 'GET' || req.method === 'HEAD');
}
