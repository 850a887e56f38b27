// A queue's override of the URLs of its HTTP tasks. Pure.

import type { HttpTarget, UriOverride } from './http-task.ts';
import type { TaskUrl } from './http-task-url.ts';

/** What a URL consists of. Empty: it has none. */
interface Parts {
  scheme: string;
  host: string;
  port: string;
  path: string;
  query: string;
}

/**
 * The URL that a task of the queue is sent to. A part that the override does not name stays; the scheme of a URL that
 * has none is HTTPS. A host that is not valid stays in the result as it was given.
 *
 * @param httpTarget null: the queue overrides nothing
 * @example
 * ```ts
 * const httpTarget = { uriOverride: { host: 'worker.example.com', pathOverride: { path: '/tasks' } } }
 * overrideUrl({ origin: 'https://example.com', path: '/a?b=c' }, httpTarget)
 * // { origin: 'https://worker.example.com', path: '/tasks?b=c' }
 * ```
 */
export function overrideUrl(url: TaskUrl, httpTarget: HttpTarget | null): TaskUrl {
  const override = httpTarget?.uriOverride;
  if (!override) return url;
  const own = partsOf(url);
  const replaced = replacementsOf(override);
  const always = override.uriOverrideEnforceMode !== 'IF_NOT_EXISTS';
  const part = (name: keyof Parts) => (always || lacks(own, name) ? (replaced[name] ?? own[name]) : own[name]);
  return joined({
    scheme: part('scheme') || 'https',
    host: part('host'),
    port: part('port'),
    path: part('path'),
    query: part('query'),
  });
}

/** A host without a port has that of the scheme. */
function lacks(own: Parts, name: keyof Parts): boolean {
  return own[name === 'port' ? 'host' : name] === '';
}

function partsOf({ origin, path }: TaskUrl): Parts {
  const { protocol, hostname, port, pathname, search } = new URL(path, origin ?? 'https://none');
  return {
    ...(origin === null ? { scheme: '', host: '', port: '' } : { scheme: protocol.slice(0, -1), host: hostname, port }),
    path: pathname === '/' ? '' : pathname,
    query: search.slice(1),
  };
}

function replacementsOf(override: UriOverride): Partial<Parts> {
  const { scheme, host, port, pathOverride, queryOverride } = override;
  return {
    ...(scheme && { scheme: scheme.toLowerCase() }),
    ...(host && { host }),
    ...(port !== undefined && { port: Number(port) === 0 ? '' : port }),
    ...(pathOverride && { path: pathOverride.path ?? '' }),
    ...(queryOverride && { query: queryOverride.queryParams ?? '' }),
  };
}

function joined({ scheme, host, port, path, query }: Parts): TaskUrl {
  const below = new URL('https://none');
  below.pathname = path;
  below.search = query;
  const relative = below.pathname + below.search;
  if (host === '') return { origin: null, path: relative };
  const given = `${scheme}://${host}${port === '' ? '' : `:${port}`}`;
  const parsed = URL.parse(given);
  return { origin: parsed?.href === `${parsed?.origin}/` ? parsed.origin : given, path: relative };
}
