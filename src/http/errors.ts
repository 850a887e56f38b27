// How a request that failed is answered. Errors of ours say what is wrong, others say nothing of their insides.

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { httpStatusOf } from '../domain/error-table.ts';
import { TaskQueueError } from '../domain/errors.ts';
import { problem } from './problem.ts';

/** The answer to a request that failed: a problem document, never a stack. */
export function renderError(error: unknown, context: Context): Response {
  if (error instanceof HTTPException) return problem(context, error.status as ContentfulStatusCode, error.message);
  if (!(error instanceof TaskQueueError)) return problem(context, 500, 'the server failed to answer this request');
  const { name, code, sqlState, message, hint } = error;
  return problem(context, httpStatusOf(error), message, { error: name, code, sqlState, hint });
}
