// What a server of several cells answers itself: its probes, the metrics of all cells and their list, and what is asked
// of a cell that is not there. Only the server's own token counts here: those in a cell's database are that cell's.

import type { Hono } from 'hono';
import type { Authority } from '../access/identify.ts';
import { guardedApp } from './app.ts';
import { renderError } from './errors.ts';
import { isAnonymous, statusWord } from './health.ts';
import { type MetricsText, metricsRoute } from './metrics.ts';
import { OPEN_ROUTES_OF_CELLS } from './open-routes.ts';
import { problem } from './problem.ts';
import type { HttpEnv, RequestContext, Route } from './route.ts';

/** A cell in the list at `/cells`. */
export interface ListedCell {
  name: string;
  /** Whether paths without a cell are its. */
  default: boolean;
  ready: boolean;
  /** Why it is not ready. */
  problem?: string | undefined;
}

/** A cell that can be asked why it does not work; undefined: it does. */
export interface AskedCell {
  readonly name: string;
  problem(): Promise<string | undefined>;
}

export interface CellsAppOptions {
  /** The server's own token, and the address that it listens on. */
  authority: Pick<Authority, 'token' | 'bind'>;
  publicUrl: string | undefined;
  metrics: MetricsText;
  /** The default one first. */
  cells: readonly AskedCell[];
  /** Whether the server can work. Does not wait for databases that are silent. */
  anyWorks(): Promise<boolean>;
  /** In how many seconds a cell that has not started is tried again. */
  retryInSeconds(name: string): number;
}

/** Creates the application. Requests for cells come here only if their cell has not started, or is unknown. */
export function createCellsApp(options: CellsAppOptions): Hono<HttpEnv> {
  const { authority, publicUrl, metrics } = options;
  const routes = [...ownRoutes(options), metricsRoute(metrics), ...absent(options)];
  const guards = { authority: { ...authority, lookUp: async () => undefined }, publicUrl, open: OPEN_ROUTES_OF_CELLS };
  return guardedApp([{ prefix: '', renderError, routes }], guards);
}

function ownRoutes({ cells, anyWorks }: CellsAppOptions): Route[] {
  const list = () =>
    Promise.all(
      cells.map(async (cell, at): Promise<ListedCell> => {
        const found = await cell.problem();
        return {
          name: cell.name,
          default: at === 0,
          ready: found === undefined,
          ...(found !== undefined && { problem: found }),
        };
      }),
    );
  const readiness = async (context: RequestContext) => {
    if (isAnonymous(context)) return context.body(null, (await anyWorks()) ? 200 : 503);
    const listed = await list();
    if (listed.some(({ ready }) => ready)) return context.json({ status: 'ready', cells: listed });
    return problem(context, 503, 'no cell is ready', { cells: listed });
  };
  return [
    { method: 'GET', path: '/healthz', needs: 'known', answer: (context) => statusWord(context, 'ok') },
    { method: 'GET', path: '/readyz', needs: 'known', answer: readiness },
    { method: 'GET', path: '/cells', needs: { right: 'read' }, answer: async (context) => context.json(await list()) },
  ];
}

function absent({ cells, retryInSeconds }: CellsAppOptions): Route[] {
  const answer = async (context: RequestContext) => {
    const name = context.req.param('cell') ?? cells[0]?.name;
    const cell = cells.find((one) => one.name === name);
    if (!cell) return problem(context, 404, unknown(context, cells));
    context.header('Retry-After', String(Math.max(1, Math.ceil(retryInSeconds(cell.name)))));
    const why = isAnonymous(context) ? undefined : await cell.problem();
    return problem(context, 503, `cell ${cell.name} has not started${why === undefined ? '' : `: ${why}`}`);
  };
  const route = { method: 'ALL', needs: 'known', takesBytes: true, answer } as const;
  return [
    { ...route, path: '/cells/:cell/*' },
    { ...route, path: '/*' },
  ];
}

function unknown(context: RequestContext, cells: CellsAppOptions['cells']): string {
  const names = isAnonymous(context) ? '' : `; cells: ${cells.map(({ name }) => name).join(', ')}`;
  return `there is no such cell${names}`;
}
