// The console: a surface of pages for people.

import type { Caller } from '../access/caller.ts';
import type { Authority } from '../access/identify.ts';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestContext, Surface } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { ConsoleAddress } from './address.ts';
import { assetRoute } from './asset-route.ts';
import type { ShownCell } from './cells-menu.ts';
import { bareErrorPage, errorPage } from './error-page.ts';
import { FormTokens } from './form-tokens.ts';
import type { HealthWatch } from './health/health-watch.ts';
import type { Cells } from './html.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { type Place, renderPage } from './layout.ts';
import { comeAgain, isLinkFromElsewhere } from './link-from-elsewhere.ts';
import { LiveHub, type LiveHubOptions } from './live/live-hub.ts';
import { liveRoute } from './live/live-route.ts';
import { railCells } from './live/rail.ts';
import { type SnapshotSource, Snapshots } from './live/snapshots.ts';
import { nextPage } from './next-page.ts';
import { pageRoute, type ShowPage } from './page-route.ts';
import { type RequestSource, requestOf } from './request.ts';
import { sendPage, takeNote, themeOf } from './respond.ts';
import type { ConsoleRoute } from './route.ts';
import { consoleRoutes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { askForToken, signInRoutes, signOutRoute } from './sign-in.ts';

export interface ConsoleOptions {
  /**
   * What precedes all paths of the database's cell, `/cells/NAME`; empty, the default: the server has one database.
   * Requests come without it.
   */
  base?: string | undefined;
  executor: Executor;
  /** For signing in. */
  authority: Authority;
  /** Whether browsers reach the console by https: the server has a certificate, or a proxy before it. */
  secure: boolean;
  /** Shown in the bar. */
  place: Place;
  /** The cells that a caller may know of, in the order of the menu; default: there are none. */
  cells?: (caller: Caller) => readonly ShownCell[];
  /** The queues that this process's dispatcher leads; default: none. */
  led?: SnapshotSource['led'];
  /** Announces changes of settings (LiveHub). */
  listen?: LiveHubOptions['listen'];
  health: HealthWatch;
  logger: Logger;
}

/** The console, and what it keeps running. */
export interface Console extends Surface {
  /** Continues jobs that another server has left, and begins to watch the database's health. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function consoleSurface(options: ConsoleOptions): Console {
  const { base = '', executor, authority, secure, led = () => [], listen, health, logger } = options;
  const address = new ConsoleAddress(base);
  const sessions = new Sessions({ executor, authority, secure, address });
  const snapshots = new Snapshots({ executor, led, findings: () => findingsOf(health), clock: systemClock });
  const hub = new LiveHub({ snapshots, listen, clock: systemClock, logger });
  const source: RequestSource = {
    executor,
    address,
    tokens: new FormTokens(),
    snapshot: (queue) => hub.snapshot(queue),
    acted: () => hub.acted(),
  };
  const show = shown(options, address);
  const jobs = new JobRunner({ executor, clock: systemClock, logger });
  const pages = [...consoleRoutes({ jobs, health, led }), signOutRoute(sessions)];
  const live = liveRoute({
    hub,
    routes: pages,
    requestFor: (context, caller, address) => ({ ...requestOf(context, caller, source), ...address }),
  });
  const routes = [...pages, NOTHING_HERE].map((route) => pageRoute(route, source, show));
  return {
    prefix: address.prefix,
    routes: [assetRoute, ...signInRoutes({ sessions, secure, address }), live, ...routes],
    callerOf: (context) => sessions.callerOf(context),
    renderError: (error, context) => {
      const status = statusOf(error);
      const caller = context.get('caller');
      if (caller) return show(requestOf(context, caller, source), errorPage(status, error));
      if (status !== 401) return bareErrorPage(context, address, status, error);
      if (isLinkFromElsewhere(context)) return comeAgain(context, address);
      return askForToken(context, { address, next: askedPage(context, address), secure, status });
    },
    async start() {
      await Promise.all([jobs.start(), health.start()]);
    },
    async stop() {
      await Promise.all([hub.stop(), jobs.stop(), health.stop()]);
    },
  };
}

async function findingsOf(health: HealthWatch): Promise<readonly Finding[]> {
  return (await health.checks()).value.findings;
}

const NOTHING_HERE: ConsoleRoute = {
  ...{ method: 'GET', path: '/*', needs: 'known' },
  answer: ({ context }) => {
    throw new HttpError(404, `there is nothing at ${context.req.path}`);
  },
};

function shown({ place, cells = () => [] }: ConsoleOptions, address: ConsoleAddress): ShowPage {
  return async (request, page) => {
    const { context, caller, here, formToken } = request;
    const rail = await railCells(request).catch((): Cells => new Map()); // the page of an error has none
    const note = takeNote(context, address);
    const frame = {
      caller,
      place,
      cells: cells(caller),
      address,
      here,
      theme: themeOf(context),
      note,
      formToken,
      rail,
    };
    return sendPage(context, renderPage(page, frame), page.status);
  };
}

function statusOf(error: unknown) {
  if (error instanceof HttpError) return error.status;
  return error instanceof TaskQueueError ? httpStatusOf(error) : 500;
}

/** Where an anonymous request was going; a form that was sent is lost, and leads to the page it came from. */
function askedPage({ req }: RequestContext, address: ConsoleAddress): string {
  const url = new URL(req.method === 'GET' ? req.url : (req.header('referer') ?? req.url));
  return nextPage(address.of(address.pageAt(url)), address);
}
