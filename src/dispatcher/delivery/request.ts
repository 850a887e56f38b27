// Builds the request from a claimed task and its target's base URL. Pure.

import type { Dispatch } from '../../domain/dispatch.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import { Memo } from '../../runtime/memo.ts';
import { requestHeaders } from './headers.ts';
import { signatures } from './signed-request.ts';

export interface TaskRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, as in the request line. */
  readonly path: string;
  readonly method: string;
  readonly body: Uint8Array | null;
  /** Built on each call: a handler in this process may never read them. */
  headers(): Record<string, string>;
}

interface Base {
  origin: string;
  /** The base's path without its trailing slash. */
  prefix: string;
}

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;

/** Paths and queries that URL parsing would not change, which are most. */
const PLAIN = /^\/[A-Za-z0-9_~/-]*(\?[A-Za-z0-9_~=&.-]*)?$/;

const bases = new Memo((base: string): Base => {
  const { origin, pathname } = new URL(base);
  return { origin, prefix: pathname.endsWith('/') ? pathname.slice(0, -1) : pathname };
});

/**
 * @param startedAt when the attempt starts, in milliseconds since 1970 by the database's clock
 * @param keys each signs; none: the request is not signed
 * @throws TypeError if they do not form a URL below the base, or the URL of an HTTP task has a bad percent escape
 */
export function taskRequest(
  dispatch: Dispatch,
  base: string,
  startedAt: number,
  keys: readonly SigningKey[] = [],
): TaskRequest {
  return new RequestOfTask(dispatch, bases.of(base), startedAt, keys);
}

class RequestOfTask implements TaskRequest {
  readonly origin: string;
  readonly path: string;
  readonly body: Uint8Array | null;
  readonly #dispatch: Dispatch;
  readonly #startedAt: number;
  readonly #keys: readonly SigningKey[];

  constructor(dispatch: Dispatch, base: Base, startedAt: number, keys: readonly SigningKey[]) {
    this.origin = base.origin;
    if (dispatch.http !== null && BAD_ESCAPE.test(dispatch.url))
      throw new TypeError(`the URL of a task must have two hexadecimal digits after each %, got ${dispatch.url}`);
    this.path = PLAIN.test(dispatch.url) ? base.prefix + dispatch.url : parsedPath(base, dispatch.url);
    this.body = WITH_BODY.has(dispatch.method) ? dispatch.body : null;
    this.#dispatch = dispatch;
    this.#startedAt = startedAt;
    this.#keys = keys;
  }

  get method(): string {
    return this.#dispatch.method;
  }

  headers(): Record<string, string> {
    const headers = requestHeaders(this.#dispatch, this.#startedAt, this.body);
    return this.#keys.length === 0 ? headers : Object.assign(headers, signatures(this, headers, this.#keys));
  }
}

/** The base may have a path of its own, and a task's `..` must not leave it. */
function parsedPath({ origin, prefix }: Base, relative: string): string {
  const url = new URL(`${origin}${prefix}${relative}`);
  const below = url.origin === origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
  if (!below) throw new TypeError(`task URL ${relative} leaves its target's ${origin}${prefix}`);
  return `${url.pathname}${url.search}`;
}
