// Scripts and styles: open to everybody, since the page for signing in needs them.

import { HttpError } from '../http/http-error.ts';
import type { Route } from '../http/route.ts';
import { assetAt } from './assets.ts';

export const assetRoute: Route = {
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
