// A request names one host. With two, the server and a proxy before it could each believe another (RFC 9112, section
// 3.2).

import { HttpError } from './http-error.ts';
import type { RequestContext } from './route.ts';

/** @throws HttpError 400 */
export function requireOneHost({ req }: RequestContext): void {
  const host = req.header('host') ?? ''; // several are joined by commas
  if (host.includes(',')) throw new HttpError(400, 'the request must have one Host header, got several');
}
