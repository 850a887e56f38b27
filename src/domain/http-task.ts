// HTTP tasks: a kind of task that has a URL of its own, as in Cloud Tasks; and the override that a queue may have for
// them.

/** What makes a task an HTTP task. It is written once, when the task is added. */
export interface HttpTask {
  /** The URL as it was given; the task's target and url are its normalized origin and path. '' if it has none. */
  url: string;
  /** Send an ID token in Authorization. */
  oidc?: OidcToken;
  /** Send an access token in Authorization. */
  oauth?: OAuthToken;
}

export interface OidcToken {
  serviceAccountEmail: string;
  /** Absent: the URL that is called. */
  audience?: string;
}

export interface OAuthToken {
  serviceAccountEmail: string;
  /** Absent: the scope of the whole cloud platform. */
  scope?: string;
}

/** What a queue changes in the requests of its HTTP tasks; the JSON of google.cloud.tasks.v2.HttpTarget. */
export interface HttpTarget {
  uriOverride?: UriOverride;
  /** Replaces the task's method. */
  httpMethod?: string;
  headerOverrides?: { header?: { key?: string; value?: string } }[];
  oidcToken?: OidcToken;
  oauthToken?: OAuthToken;
}

/** The parts of a URL to replace. */
export interface UriOverride {
  /** Absent: the URL's own; HTTPS if it has none. */
  scheme?: 'HTTP' | 'HTTPS';
  host?: string;
  /** Digits; 0: the scheme's default port. Absent: the URL's own. */
  port?: string;
  pathOverride?: { path?: string };
  queryOverride?: { queryParams?: string };
  /** Absent: ALWAYS. IF_NOT_EXISTS replaces only what the task's URL lacks. */
  uriOverrideEnforceMode?: 'ALWAYS' | 'IF_NOT_EXISTS';
}
