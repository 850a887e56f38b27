// The console: a surface of pages for people, at /console.

import type { Authority } from '../access/identify.ts';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { HttpError } from '../http/http-error.ts';
import type { RequestContext, Route, Surface } from '../http/route.ts';
import type { Executor } from '../postgres/executor.ts';
import { assetAt } from './assets.ts';
import { errorPage } from './error-page.ts';
import { FormTokens } from './form-tokens.ts';
import { type Place, renderPage } from './layout.ts';
import { comeAgain, isLinkFromElsewhere } from './link-from-elsewhere.ts';
import { nextPage } from './next-page.ts';
import { pageRoute } from './page-route.ts';
import { sendPage, takeNote, themeOf } from './respond.ts';
import type { ConsoleRoute, Page } from './route.ts';
import { consoleRoutes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { askForToken, signInRoutes, signOutRoute } from './sign-in.ts';

export interface ConsoleOptions {
  executor: Executor;
  /** For signing in. */
  authority: Authority;
  /** Whether browsers reach the console by https: the server has a certificate, or a proxy before it. */
  secure: boolean;
  /** Shown in the bar. */
  place: Place;
}

export const CONSOLE = '/console';

export function consoleSurface({ executor, authority, secure, place }: ConsoleOptions): Surface {
  const sessions = new Sessions({ executor, authority, secure });
  const tokens = new FormTokens();
  const show = async (context: RequestContext, page: Page) => {
    const caller = context.get('caller');
    if (!caller) throw new Error('a page was shown to nobody');
    const frame = { caller, place, theme: themeOf(context), note: takeNote(context), formToken: tokens.of(caller) };
    return sendPage(context, renderPage(page, frame), page.status);
  };
  const routes = [...consoleRoutes(), signOutRoute(sessions), NOTHING_HERE].map((route) =>
    pageRoute(route, { executor, tokens, show }),
  );
  return {
    prefix: CONSOLE,
    routes: [assetRoute, ...signInRoutes({ sessions, secure }), ...routes],
    callerOf: (context) => sessions.callerOf(context),
    renderError: (error, context) => {
      const status = statusOf(error);
      if (context.get('caller')) return show(context, errorPage(status, error));
      if (status === 401)
        return isLinkFromElsewhere(context)
          ? comeAgain(context)
          : askForToken(context, { next: askedPage(context), secure, status });
      return context.text(
        error instanceof HttpError ? error.message : 'the server failed to answer this request',
        status,
      );
    },
  };
}

const NOTHING_HERE: ConsoleRoute = {
  ...{ method: 'GET', path: '/*', needs: 'known' },
  answer: ({ context }) => {
    throw new HttpError(404, `there is nothing at ${context.req.path}`);
  },
};

const assetRoute: Route = {
  method: 'GET',
  path: '/assets/:hash/:name',
  needs: 'known',
  answer: (context) => {
    const asset = assetAt(context.req.param('hash') ?? '', context.req.param('name') ?? '');
    if (!asset) throw new HttpError(404, `there is nothing at ${context.req.path}`);
    return context.body(asset.text, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  },
};

function statusOf(error: unknown) {
  if (error instanceof HttpError) return error.status;
  return error instanceof TaskQueueError ? httpStatusOf(error) : 500;
}

/** Where an anonymous request was going; a form that was sent is lost, and leads to the page it came from. */
function askedPage({ req }: RequestContext): string {
  const { pathname, search } = new URL(req.method === 'GET' ? req.url : (req.header('referer') ?? req.url));
  return nextPage(pathname + search);
}
