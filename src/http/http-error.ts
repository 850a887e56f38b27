// A rejected request; each surface renders it in its own format.

import type { ContentfulStatusCode } from 'hono/utils/http-status';

export class HttpError extends Error {
  readonly status: ContentfulStatusCode;
  /** What a person can do about it. */
  readonly hint: string | undefined;

  constructor(status: ContentfulStatusCode, message: string, hint?: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}
