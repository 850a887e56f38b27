// App Engine's SDKs can send no header with a credential, but each call carries a ticket: on App Engine, the secret of
// the request that makes it. Here it may be a token.

import { readCall } from '../../app-engine/answer-call.ts';
import { HttpError } from '../http-error.ts';
import type { RequestContext } from '../route.ts';

/** The ticket is behind the message, so all of it is read for a caller who is not known yet. */
const MOST_BYTES = 2_097_152;

/** Returns the ticket; undefined: there is none. @throws HttpError 413 */
export async function ticketIn({ req }: RequestContext): Promise<string | undefined> {
  const length = Number(req.header('content-length') ?? 0);
  if (req.header('transfer-encoding') !== undefined || length === 0) return undefined;
  if (length > MOST_BYTES)
    throw new HttpError(413, `a call whose credential is its ticket must have at most ${MOST_BYTES} bytes`);
  return readCall(new Uint8Array(await req.arrayBuffer()))?.requestId;
}
