// An error in the format of Google's APIs of that time, with a reason beside the status.

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HttpError } from '../http-error.ts';

export class ApiError extends HttpError {
  readonly reason: string;

  constructor(status: ContentfulStatusCode, message: string, reason = REASONS[status] ?? 'backendError') {
    super(status, message);
    this.reason = reason;
  }
}

const REASONS: Record<number, string> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'duplicate',
  413: 'uploadTooLarge',
  415: 'badContent',
  421: 'forbidden',
};
