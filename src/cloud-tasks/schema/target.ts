// Where tasks go: requests, routing, tokens, and a queue's override; and what tasks of pull queues have instead.

import { enumeration, message } from '../../protobuf/define.ts';
import {
  bytes,
  enumValue,
  type Field,
  int64,
  many,
  one,
  optional,
  string,
  stringMap,
  union,
} from '../../protobuf/fields.ts';
import { fullName, type VersionId } from './version.ts';

/** The methods by their numbers. */
export const HTTP_METHODS = {
  0: 'HTTP_METHOD_UNSPECIFIED',
  1: 'POST',
  2: 'GET',
  3: 'HEAD',
  4: 'PUT',
  5: 'DELETE',
  6: 'PATCH',
  7: 'OPTIONS',
} as const;

const routing = { service: string(1), version: string(2), instance: string(3), host: string(4) };
const httpTokens = (version: VersionId) => {
  const oauth = { serviceAccountEmail: string(1), scope: string(2) };
  const oidc = { serviceAccountEmail: string(1), audience: string(2) };
  return union({
    oauthToken: one(message(fullName(version, 'OAuthToken'), oauth), 5),
    oidcToken: one(message(fullName(version, 'OidcToken'), oidc), 6),
  });
};

/** The messages of a version, but for AppEngineHttpRequest, the fields of which have other names in v2beta2. */
export function targetMessages(version: VersionId) {
  const named = (name: string) => fullName(version, name);
  const HttpMethod = enumeration(named('HttpMethod'), HTTP_METHODS);
  const authorizationHeader = httpTokens(version);
  const HttpRequest = message(named('HttpRequest'), {
    url: string(1),
    httpMethod: enumValue(HttpMethod, 2),
    headers: stringMap(3),
    body: bytes(4),
    authorizationHeader,
  });
  const Header = message(named('HttpTarget.Header'), { key: string(1), value: string(2) });
  const HttpTarget = message(named('HttpTarget'), {
    uriOverride: one(uriOverride(version), 1),
    httpMethod: enumValue(HttpMethod, 2),
    headerOverrides: many(message(named('HttpTarget.HeaderOverride'), { header: one(Header, 1) }), 3),
    authorizationHeader,
  });
  const AppEngineRouting = message(named('AppEngineRouting'), routing);
  const PullMessage = message(named('PullMessage'), { payload: bytes(1), tag: string(2) });
  return { HttpMethod, HttpRequest, HttpTarget, AppEngineRouting, PullMessage };
}

/** The names of AppEngineHttpRequest's path and body follow. */
export function appEngineHttpRequest<Path extends string, Body extends string>(
  version: VersionId,
  { HttpMethod, AppEngineRouting }: ReturnType<typeof targetMessages>,
  path: Path,
  body: Body,
) {
  return message(fullName(version, 'AppEngineHttpRequest'), {
    httpMethod: enumValue(HttpMethod, 1),
    appEngineRouting: one(AppEngineRouting, 2),
    ...({ [path]: string(3) } as { [Name in Path]: Field<string> }),
    headers: stringMap(4),
    ...({ [body]: bytes(5) } as { [Name in Body]: Field<Uint8Array> }),
  });
}

function uriOverride(version: VersionId) {
  const named = (name: string) => fullName(version, name);
  const Scheme = enumeration(named('UriOverride.Scheme'), { 0: 'SCHEME_UNSPECIFIED', 1: 'HTTP', 2: 'HTTPS' });
  const EnforceMode = enumeration(named('UriOverride.UriOverrideEnforceMode'), {
    0: 'URI_OVERRIDE_ENFORCE_MODE_UNSPECIFIED',
    1: 'IF_NOT_EXISTS',
    2: 'ALWAYS',
  });
  return message(named('UriOverride'), {
    scheme: optional(enumValue(Scheme, 1)),
    host: optional(string(2)),
    port: optional(int64(3)),
    pathOverride: one(message(named('PathOverride'), { path: string(1) }), 4),
    queryOverride: one(message(named('QueryOverride'), { queryParams: string(1) }), 5),
    uriOverrideEnforceMode: enumValue(EnforceMode, 6),
  });
}
