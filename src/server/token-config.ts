// The settings of how HTTP tasks are authorized.

import { issuerUrl } from './config-values.ts';
import type { ReadVariable } from './variables.ts';

export interface TokenConfigOptions {
  /** Issuer of ID tokens: the URL at which handlers reach this server. */
  issuer?: string | undefined;
  /** Audience of ID tokens whose task names none. */
  audience?: string | undefined;
  /** Shell command that prints an access token for `$OAUTH_ACCOUNT` and `$OAUTH_SCOPE`. */
  oauthTokenCommand?: string | undefined;
}

export interface TokenConfig {
  /** Issuer of ID tokens; undefined: the address of the server. */
  readonly issuer: string | undefined;
  /** Audience of ID tokens whose task names none; undefined: the URL that is called. */
  readonly audience: string | undefined;
  /** Shell command that prints access tokens; undefined: tasks can't have any. */
  readonly oauthTokenCommand: string | undefined;
}

/** @throws ConfigError for an issuer that is no URL */
export function readTokenConfig(options: TokenConfigOptions, env: ReadVariable): TokenConfig {
  return {
    issuer: issuerUrl(options.issuer ?? env('PGTASKQUEUE_ISSUER')),
    audience: options.audience ?? env('PGTASKQUEUE_AUDIENCE'),
    oauthTokenCommand: options.oauthTokenCommand ?? env('PGTASKQUEUE_OAUTH_TOKEN_COMMAND'),
  };
}
