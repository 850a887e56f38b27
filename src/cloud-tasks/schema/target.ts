// Where tasks go: requests, routing, tokens, and a queue's override.

import { enumeration, message } from '../../protobuf/define.ts';
import { bytes, enumValue, int64, many, one, optional, string, stringMap, union } from '../../protobuf/fields.ts';

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

export const HttpMethod = enumeration('google.cloud.tasks.v2.HttpMethod', HTTP_METHODS);

export const OAuthTokenMessage = message('google.cloud.tasks.v2.OAuthToken', {
  serviceAccountEmail: string(1),
  scope: string(2),
});

export const OidcTokenMessage = message('google.cloud.tasks.v2.OidcToken', {
  serviceAccountEmail: string(1),
  audience: string(2),
});

const authorizationHeader = union({ oauthToken: one(OAuthTokenMessage, 5), oidcToken: one(OidcTokenMessage, 6) });

export const HttpRequest = message('google.cloud.tasks.v2.HttpRequest', {
  url: string(1),
  httpMethod: enumValue(HttpMethod, 2),
  headers: stringMap(3),
  body: bytes(4),
  authorizationHeader,
});

export const AppEngineRouting = message('google.cloud.tasks.v2.AppEngineRouting', {
  service: string(1),
  version: string(2),
  instance: string(3),
  host: string(4),
});

export const AppEngineHttpRequest = message('google.cloud.tasks.v2.AppEngineHttpRequest', {
  httpMethod: enumValue(HttpMethod, 1),
  appEngineRouting: one(AppEngineRouting, 2),
  relativeUri: string(3),
  headers: stringMap(4),
  body: bytes(5),
});

const Scheme = enumeration('google.cloud.tasks.v2.UriOverride.Scheme', {
  0: 'SCHEME_UNSPECIFIED',
  1: 'HTTP',
  2: 'HTTPS',
});

const EnforceMode = enumeration('google.cloud.tasks.v2.UriOverride.UriOverrideEnforceMode', {
  0: 'URI_OVERRIDE_ENFORCE_MODE_UNSPECIFIED',
  1: 'IF_NOT_EXISTS',
  2: 'ALWAYS',
});

const UriOverride = message('google.cloud.tasks.v2.UriOverride', {
  scheme: optional(enumValue(Scheme, 1)),
  host: optional(string(2)),
  port: optional(int64(3)),
  pathOverride: one(message('google.cloud.tasks.v2.PathOverride', { path: string(1) }), 4),
  queryOverride: one(message('google.cloud.tasks.v2.QueryOverride', { queryParams: string(1) }), 5),
  uriOverrideEnforceMode: enumValue(EnforceMode, 6),
});

const Header = message('google.cloud.tasks.v2.HttpTarget.Header', { key: string(1), value: string(2) });

const HeaderOverride = message('google.cloud.tasks.v2.HttpTarget.HeaderOverride', { header: one(Header, 1) });

export const HttpTargetMessage = message('google.cloud.tasks.v2.HttpTarget', {
  uriOverride: one(UriOverride, 1),
  httpMethod: enumValue(HttpMethod, 2),
  headerOverrides: many(HeaderOverride, 3),
  authorizationHeader,
});
