// Responses to failed requests. The errors of this package say what is wrong; others reveal no internals.

import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { HttpError } from './http-error.ts';
import { problem } from './problem.ts';
import type { RequestContext } from './route.ts';

/** Renders an error as a problem document, never with a stack. */
export function renderError(error: unknown, context: RequestContext): Response {
  if (error instanceof HttpError) return problem(context, error.status, error.message);
  if (!(error instanceof TaskQueueError)) return problem(context, 500, 'the server failed to answer this request');
  const { name, code, sqlState, message, hint } = error;
  return problem(context, httpStatusOf(error), message, { error: name, code, sqlState, hint });
}
