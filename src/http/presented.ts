// What a request over HTTP shows of its caller.

import { credentialIn } from '../access/credential.ts';
import type { Presented } from '../access/identify.ts';
import type { RequestContext } from './route.ts';

/** Parameters in which Google's clients send a token. */
const URL_PARAMETERS = ['oauth_token', 'access_token', 'key'];

/** @param inUrl whether a credential in the URL counts */
export function presentedIn({ req, env }: RequestContext, inUrl: boolean): Presented {
  const inHeaders = credentialIn(req.header('authorization'), req.header('x-goog-api-key'));
  const inParameters = URL_PARAMETERS.map((name) => req.query(name)).find((given) => given !== undefined);
  return {
    credential: inHeaders ?? (inUrl ? inParameters : undefined),
    peer: env?.peer,
    host: req.header('host') ?? new URL(req.url).host,
  };
}
