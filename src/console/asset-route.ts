// Scripts and styles: open to everybody, since the page for signing in needs them.

import { HttpError } from '../http/http-error.ts';
import type { Route } from '../http/route.ts';
import { type Asset, assetAt } from './assets.ts';
import { compress, type Encoding, encodingFor, encodingHeaders } from './compress.ts';

const compressed = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

export const assetRoute: Route = {
  method: 'GET',
  path: '/assets/:hash/:name',
  needs: 'known',
  answer: async (context) => {
    const { hash = '', name = '' } = context.req.param();
    const asset = assetAt(hash, name);
    if (!asset) throw new HttpError(404, `there is nothing at ${context.req.path}`);
    const encoding = encodingFor(context);
    return context.body(encoding ? await once(`${hash}/${name}.${encoding}`, asset, encoding) : asset.text, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
      ...encodingHeaders(encoding),
    });
  },
};

function once(key: string, { text }: Asset, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const known = compressed.get(key) ?? compress(text, encoding, true);
  compressed.set(key, known);
  return known;
}
