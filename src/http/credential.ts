// Reads the credential of a request: it is missing, can be looked up, or cannot be a token. The last is invalid, not
// missing.

import type { RequestContext } from './route.ts';

/** Parameters in which Google's clients send a token. */
const URL_PARAMETERS = ['oauth_token', 'access_token', 'key'];

/** Returns undefined if there is no credential, and '' if it cannot be a token. */
export function credentialOf(context: RequestContext, inUrl: boolean): string | undefined {
  const header = context.req.header('authorization');
  if (header !== undefined) return /^Bearer +([\x21-\x7e]+)$/i.exec(header)?.[1] ?? '';
  if (!inUrl) return undefined;
  return URL_PARAMETERS.map((name) => context.req.query(name)).find((given) => given !== undefined);
}
