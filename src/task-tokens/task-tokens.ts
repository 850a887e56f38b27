// The tokens that HTTP tasks carry in Authorization: ID tokens, which say who calls, signed here (OpenID Connect); and
// access tokens of the cloud, which a function of the operator's gets.

import { SignJWT } from 'jose';
import type { HttpTask, OAuthToken, OidcToken } from '../domain/http-task.ts';
import type { Key } from '../domain/key.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { IdTokenKeys, TokenUnavailable } from './id-token-keys.ts';
import type { PublicKey } from './private-key.ts';
import { type BearerToken, TokenCache } from './token-cache.ts';

const ID_TOKEN_SECONDS = 3_600;
/** As in Cloud Tasks. */
const DEFAULT_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const NO_ACCESS_TOKENS =
  'tasks may not have an oauthToken, because no command that gets access tokens is configured; ' +
  'set one with pgtaskqueue serve --oauth-token-command COMMAND';

/** How requests of HTTP tasks are authorized. */
export interface TaskTokenOptions {
  /** Issuer of ID tokens: the URL at which verifiers reach the server's discovery document. */
  issuer: string | (() => string);
  /** Audience of ID tokens whose task names none; default: the URL that is called. */
  audience?: string | undefined;
  /** Private key of ID tokens that is used while `taskqueue.keys` has none: `env:NAME` or `file:/path`. */
  idTokenKey?: string | undefined;
  /** Gets an access token for an account and a scope. Default: tasks can't have one. */
  accessToken?: ((account: string, scope: string) => Promise<BearerToken>) | undefined;
}

export interface TaskTokenTools {
  /** Reads taskqueue.keys. */
  load(): Promise<readonly Key[]>;
  clock: Clock;
  logger: Logger;
}

export class TaskTokens {
  readonly #options: TaskTokenOptions;
  readonly #keys: IdTokenKeys;
  readonly #cache: TokenCache;
  readonly #clock: Clock;

  constructor(options: TaskTokenOptions, { load, clock, logger }: TaskTokenTools) {
    this.#options = options;
    this.#keys = new IdTokenKeys({ load, fallback: options.idTokenKey, clock, logger });
    this.#cache = new TokenCache(clock);
    this.#clock = clock;
  }

  get issuer(): string {
    const { issuer } = this.#options;
    return typeof issuer === 'string' ? issuer : issuer();
  }

  /** The public keys of ID tokens. */
  publicKeys(): Promise<PublicKey[]> {
    return this.#keys.published();
  }

  /** Why a task can't have the tokens that it asks for, as a sentence; undefined: it can. */
  async refusal({ oidc, oauth }: Pick<HttpTask, 'oidc' | 'oauth'>): Promise<string | undefined> {
    if (oauth && !this.#options.accessToken) return NO_ACCESS_TOKENS;
    if (!oidc) return undefined;
    try {
      await this.#keys.signer(this.#clock.now());
      return undefined;
    } catch (error) {
      if (error instanceof TokenUnavailable) return `tasks may not have an oidcToken: ${error.message}`;
      throw error;
    }
  }

  /**
   * The value of Authorization for a request; undefined: the task asks for no token.
   *
   * @param called the URL of the request
   * @param now milliseconds since 1970 by the database's clock
   * @throws TokenUnavailable, and the errors of accessToken
   */
  async authorization({ url, oidc, oauth }: HttpTask, called: string, now: number): Promise<string | undefined> {
    if (oidc) return `Bearer ${await this.#idToken(oidc, url || called, now)}`;
    if (oauth) return `Bearer ${await this.#accessToken(oauth)}`;
    return undefined;
  }

  async #idToken({ serviceAccountEmail, audience }: OidcToken, url: string, now: number): Promise<string> {
    const { kid, key } = await this.#keys.signer(now);
    const aud = audience || this.#options.audience || url;
    return this.#cache.of(JSON.stringify([kid, aud, serviceAccountEmail]), async () => {
      const iat = Math.floor(now / 1000);
      const claims = {
        iss: this.issuer,
        sub: serviceAccountEmail,
        aud,
        email: serviceAccountEmail,
        email_verified: true,
        iat,
        nbf: iat,
        exp: iat + ID_TOKEN_SECONDS,
      };
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(key);
      return { token, seconds: ID_TOKEN_SECONDS };
    });
  }

  async #accessToken({ serviceAccountEmail, scope = DEFAULT_SCOPE }: OAuthToken): Promise<string> {
    const { accessToken } = this.#options;
    if (!accessToken) throw new TokenUnavailable(NO_ACCESS_TOKENS);
    const name = JSON.stringify(['access', scope, serviceAccountEmail]);
    return this.#cache.of(name, () => accessToken(serviceAccountEmail, scope));
  }
}
