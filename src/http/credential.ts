// The credential of a request. There are three answers: none, one that can be looked up, and one that is none of ours: that one is bad, and not absent.

import type { RequestContext } from './route.ts';

/** Parameters that Google's clients put a token into. */
const URL_PARAMETERS = ['oauth_token', 'access_token', 'key'];

/** Undefined: there is none. '': there is one that can't be a token. */
export function credentialOf(context: RequestContext, inUrl: boolean): string | undefined {
  const header = context.req.header('authorization');
  if (header !== undefined) return /^Bearer +([\x21-\x7e]+)$/i.exec(header)?.[1] ?? '';
  if (!inUrl) return undefined;
  return URL_PARAMETERS.map((name) => context.req.query(name)).find((given) => given !== undefined);
}
