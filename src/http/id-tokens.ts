// What verifiers of ID tokens ask for: the discovery document of OpenID Connect and the public keys, in two formats.

import { PUBLISHED_SECONDS } from '../task-tokens/id-token-keys.ts';
import type { TaskTokens } from '../task-tokens/task-tokens.ts';
import type { RequestContext, Route } from './route.ts';

/** Paths below the issuer. */
export const ID_TOKEN_PATHS = {
  discovery: '/.well-known/openid-configuration',
  /** A JSON Web Key Set. */
  jwks: '/jwks',
  /** Keys in PEM by their names, as Google publishes its own. */
  certs: '/certs',
} as const;

/** Open to everyone. */
export function idTokenRoutes(tokens: TaskTokens): Route[] {
  return [
    { method: 'GET', path: ID_TOKEN_PATHS.discovery, needs: 'known', answer: (context) => discovery(context, tokens) },
    {
      method: 'GET',
      path: ID_TOKEN_PATHS.jwks,
      needs: 'known',
      answer: async (context) => published(context, { keys: (await tokens.publicKeys()).map(({ jwk }) => jwk) }),
    },
    {
      method: 'GET',
      path: ID_TOKEN_PATHS.certs,
      needs: 'known',
      answer: async (context) =>
        published(context, Object.fromEntries((await tokens.publicKeys()).map(({ kid, pem }) => [kid, pem]))),
    },
  ];
}

function discovery(context: RequestContext, { issuer }: TaskTokens): Response {
  return published(context, {
    issuer,
    jwks_uri: issuer.replace(/\/$/, '') + ID_TOKEN_PATHS.jwks,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['aud', 'email', 'email_verified', 'exp', 'iat', 'iss', 'nbf', 'sub'],
  });
}

function published(context: RequestContext, what: object): Response {
  return context.json(what, 200, { 'cache-control': `public, max-age=${PUBLISHED_SECONDS}` });
}
