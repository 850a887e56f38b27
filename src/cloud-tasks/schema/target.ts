// Where tasks go: requests, routing, tokens, and a queue's override.

import { enumeration, message } from './define.ts';
import {
  bytes,
  choice,
  many,
  one,
  oneOf,
  optionalChoice,
  optionalInt64,
  optionalText,
  text,
  textMap,
} from './fields.ts';

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

export const OAuthToken = message('google.cloud.tasks.v2.OAuthToken', { serviceAccountEmail: text(1), scope: text(2) });

export const OidcToken = message('google.cloud.tasks.v2.OidcToken', {
  serviceAccountEmail: text(1),
  audience: text(2),
});

const authorizationHeader = oneOf({ oauthToken: one(OAuthToken, 5), oidcToken: one(OidcToken, 6) });

export const HttpRequest = message('google.cloud.tasks.v2.HttpRequest', {
  url: text(1),
  httpMethod: choice(HttpMethod, 2),
  headers: textMap(3),
  body: bytes(4),
  authorizationHeader,
});

export const AppEngineRouting = message('google.cloud.tasks.v2.AppEngineRouting', {
  service: text(1),
  version: text(2),
  instance: text(3),
  host: text(4),
});

export const AppEngineHttpRequest = message('google.cloud.tasks.v2.AppEngineHttpRequest', {
  httpMethod: choice(HttpMethod, 1),
  appEngineRouting: one(AppEngineRouting, 2),
  relativeUri: text(3),
  headers: textMap(4),
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
  scheme: optionalChoice(Scheme, 1),
  host: optionalText(2),
  port: optionalInt64(3),
  pathOverride: one(message('google.cloud.tasks.v2.PathOverride', { path: text(1) }), 4),
  queryOverride: one(message('google.cloud.tasks.v2.QueryOverride', { queryParams: text(1) }), 5),
  uriOverrideEnforceMode: choice(EnforceMode, 6),
});

const Header = message('google.cloud.tasks.v2.HttpTarget.Header', { key: text(1), value: text(2) });

const HeaderOverride = message('google.cloud.tasks.v2.HttpTarget.HeaderOverride', { header: one(Header, 1) });

export const HttpTargetMessage = message('google.cloud.tasks.v2.HttpTarget', {
  uriOverride: one(UriOverride, 1),
  httpMethod: choice(HttpMethod, 2),
  headerOverrides: many(HeaderOverride, 3),
  authorizationHeader,
});
