// Routes requests to the cell in their path, `/cells/NAME/…`, or to the default one.

import type { Fetch } from './listen.ts';
import type { StartingCell } from './starting-cell.ts';

/** What the server answers for all cells together. */
const OWN = new Set(['/healthz', '/readyz', '/metrics', '/cells', '/cells/']);
const OF_CELL = /^\/cells\/([^/]+)(\/.*)?$/;
/** The same for all cells, and needed by those that work while the default one does not. */
const ASSETS = '/console/assets/';

type RoutedCell = Pick<StartingCell, 'name' | 'cell'>;

/**
 * @param cells the default one first
 * @param own answers for all cells together, and for those that are unknown or have not started
 */
export function routeToCells(cells: readonly RoutedCell[], own: Fetch): Fetch {
  const started = (name: string) => cells.find((cell) => cell.name === name)?.cell;
  return (request, from) => {
    const url = new URL(request.url);
    const { pathname } = url;
    if (OWN.has(pathname)) return own(request, from);
    const [, name, rest = '/'] = OF_CELL.exec(pathname) ?? [];
    if (name !== undefined) {
      const cell = started(name);
      if (!cell) return own(request, from);
      url.pathname = rest;
      return cell.fetch(new Request(url, request), from);
    }
    if (isPage(request, pathname)) return redirect(`/cells/${cells[0]?.name}${pathname}${url.search}`);
    const cell = pathname.startsWith(ASSETS) ? cells.find((one) => one.cell)?.cell : cells[0]?.cell;
    return cell ? cell.fetch(request, from) : own(request, from);
  };
}

/** Without scheme and host: a proxy may have changed them. */
function redirect(location: string): Response {
  return new Response(null, { status: 307, headers: { location } });
}

/** A page of the default cell has one address, with the cell: sessions belong to it. */
function isPage({ method }: Request, pathname: string): boolean {
  const isGet = method === 'GET' || method === 'HEAD';
  return isGet && /^\/console(\/|$)/.test(pathname) && !pathname.startsWith(ASSETS);
}
