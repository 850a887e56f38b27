// A dispatch as its queue's http_target changes it. Everything after the claim knows only the result: limits, logs and
// records are those of the URL that is called. Pure.

import type { Dispatch } from '../../domain/dispatch.ts';
import { overrideUrl } from '../../domain/http-target.ts';
import type { HttpTarget, HttpTask } from '../../domain/http-task.ts';

/** The dispatch itself if there is nothing to change. */
export function overridden(dispatch: Dispatch): Dispatch {
  const { http, httpTarget, method, headers } = dispatch;
  if (http === null || httpTarget === null) return dispatch;
  return {
    ...dispatch,
    ...addressOf(dispatch, http, httpTarget),
    method: httpTarget.httpMethod ?? method,
    headers: withHeaders(headers, httpTarget),
    httpTarget: null,
  };
}

/** Without a host, the URL is one of the task's target. */
function addressOf(dispatch: Dispatch, http: HttpTask, httpTarget: HttpTarget) {
  const own = { origin: http.url === '' ? null : dispatch.target, path: dispatch.url };
  const { origin, path } = overrideUrl(own, httpTarget);
  const isChanged = origin !== null && (origin !== own.origin || path !== own.path);
  return {
    target: origin ?? dispatch.target,
    url: path,
    http: withTokens(isChanged ? { ...http, url: origin + path } : http, httpTarget),
  };
}

/** The queue's token replaces one of the other kind, too. */
function withTokens(http: HttpTask, { oidcToken, oauthToken }: HttpTarget): HttpTask {
  if (oidcToken) return { url: http.url, oidc: oidcToken };
  return oauthToken ? { url: http.url, oauth: oauthToken } : http;
}

function withHeaders(headers: Dispatch['headers'], { headerOverrides = [] }: HttpTarget): Dispatch['headers'] {
  const replaced = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [name, value]]));
  for (const { header } of headerOverrides) {
    if (header?.key) replaced.set(header.key.toLowerCase(), [header.key, header.value ?? '']);
  }
  return Object.fromEntries(replaced.values());
}
