// Which HTTP status an error of ours is, and how it is told. Other errors say nothing of their insides.

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { TaskQueueError } from '../domain/errors.ts';
import { problem } from './problem.ts';

// By the numbers of the table of errors; what is not listed is bad input: 400.
const STATUS: Record<number, ContentfulStatusCode> = {
  1: 404,
  2: 503,
  3: 500,
  9: 403,
  10: 409,
  11: 409,
  14: 404,
  15: 409,
  21: 409,
  25: 409,
  26: 409,
  103: 409,
  104: 409,
  110: 409,
};

/** The status an error of ours is answered with. */
export function httpStatus(error: TaskQueueError): ContentfulStatusCode {
  return error.retryable ? 503 : (STATUS[error.code] ?? 400);
}

/** The answer to a request that failed: a problem document, never a stack. */
export function renderError(error: unknown, context: Context): Response {
  if (error instanceof HTTPException) return problem(context, error.status as ContentfulStatusCode, error.message);
  if (!(error instanceof TaskQueueError)) return problem(context, 500, 'the server failed to answer this request');
  const { name, code, sqlState, message } = error;
  return problem(context, httpStatus(error), message, { error: name, code, sqlState });
}
