// A claimed task and its target's base URL make the request. Pure.

import type { Dispatch } from '../domain/dispatch.ts';
import { requestHeaders } from './headers.ts';

export interface TaskRequest {
  url: URL;
  method: string;
  /** Made when read: a handler in this process may not look at them. */
  readonly headers: Record<string, string>;
  body: Uint8Array | null;
}

const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * @param startedAt when the attempt starts, in milliseconds since 1970 by the database's clock
 * @throws TypeError when the two do not make a URL below the base
 */
export function taskRequest(dispatch: Dispatch, base: string, startedAt: number): TaskRequest {
  const body = WITHOUT_BODY.has(dispatch.method) ? null : dispatch.body;
  return {
    url: taskUrl(base, dispatch.url),
    method: dispatch.method,
    body,
    get headers() {
      return requestHeaders({ ...dispatch, body }, startedAt);
    },
  };
}

/** The base may have a path of its own, and a task's `..` may not leave it. */
function taskUrl(base: string, relative: string): URL {
  const root = new URL(base);
  const prefix = root.pathname.endsWith('/') ? root.pathname.slice(0, -1) : root.pathname;
  const url = new URL(`${root.origin}${prefix}${relative}`);
  const below = url.origin === root.origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
  if (!below) throw new TypeError(`task URL ${relative} leaves its target's ${base}`);
  url.hash = '';
  return url;
}
