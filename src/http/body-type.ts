// Bodies must be JSON: a web page can send a form or text to any site, but needs permission (CORS) to send JSON, which
// this server never grants.

import { HttpError } from './http-error.ts';
import type { RequestContext } from './route.ts';

const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;

/**
 * @throws HttpError 415 for a body that is not JSON. The type of an empty body is ignored: Google's client sends that
 * of a form.
 */
export function requireJson({ req }: RequestContext): void {
  const isEmpty = req.header('transfer-encoding') === undefined && Number(req.header('content-length') ?? 0) === 0;
  const type = req.header('content-type');
  if (isEmpty || JSON_TYPE.test(type ?? '')) return;
  throw new HttpError(415, `the body must have Content-Type: application/json, got ${type?.slice(0, 80) ?? 'none'}`);
}
