// How a server authorizes the requests of HTTP tasks.

import type { TaskTokenOptions } from '../task-tokens/task-tokens.ts';
import { childEnvironment } from './config.ts';
import { tokenCommand } from './token-command.ts';

/** The options of a server for them. */
export interface TokenSettings {
  /**
   * Issuer of the ID tokens of HTTP tasks: the URL at which handlers reach this server; default the address it listens
   * on.
   */
  issuer?: string | undefined;
  /** Audience of ID tokens whose task names none; default the URL that is called. */
  audience?: string | undefined;
  /** Private key of ID tokens that is used while `taskqueue.keys` has none: `env:NAME` or `file:/path`. */
  idTokenKey?: string | undefined;
  /**
   * Shell command that prints an access token for `$OAUTH_ACCOUNT` and `$OAUTH_SCOPE`, alone or as JSON with
   * `access_token` and `expires_in`; default none: tasks can't have an `oauthToken`.
   */
  oauthTokenCommand?: string | undefined;
}

/** @param url the address that the server listens on, once it does */
export function taskTokenOptions(settings: TokenSettings, url: () => string): TaskTokenOptions {
  const { issuer = url, audience, idTokenKey, oauthTokenCommand } = settings;
  return {
    ...{ issuer, audience, idTokenKey },
    accessToken: oauthTokenCommand === undefined ? undefined : tokenCommand(oauthTokenCommand, childEnvironment()),
  };
}
