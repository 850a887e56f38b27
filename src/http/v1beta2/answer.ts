// Responses in the format of Google's APIs of that time: pretty-printed by default, and with only the requested fields.

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorRule, ruleFor } from '../../cloud-tasks/errors.ts';
import { TaskQueueError } from '../../domain/errors.ts';
import { HTTP_STATUS } from '../code-status.ts';
import { pick } from '../fields.ts';
import { HttpError } from '../http-error.ts';
import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';

/** Responds with 200 and the document's fields named by `fields`. */
export function answer(context: RequestContext, document: object): Response {
  const { fields, alt = 'json' } = context.req.query();
  if (alt !== 'json') throw new ApiError(400, `alt must be json, got ${alt}`);
  return send(context, 200, fields ? chosen(document, fields) : document);
}

function chosen(document: object, fields: string): unknown {
  try {
    return pick(document, fields);
  } catch (error) {
    throw error instanceof RangeError ? new ApiError(400, error.message, 'invalidParameter') : error;
  }
}

/** Renders an error; errors of other code reveal no internals. */
export function renderApiError(error: unknown, context: RequestContext): Response {
  const { status, message, reason } = apiErrorOf(error);
  const inner = { domain: 'global', reason, message };
  return send(context, status, { error: { errors: [inner], code: status, message } });
}

/** An error of a route that has rules of its own; texts are the error's. */
export function apiError(error: TaskQueueError, rules: readonly ErrorRule[]): ApiError {
  return new ApiError(HTTP_STATUS[ruleFor(error, rules)[1]], error.message);
}

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof HttpError) return new ApiError(error.status, error.message);
  if (!(error instanceof TaskQueueError)) return new ApiError(500, 'the server failed to answer this request');
  return apiError(error, []);
}

function send(context: RequestContext, status: ContentfulStatusCode, document: unknown): Response {
  const pretty = context.req.query('prettyPrint') !== 'false';
  return context.body(JSON.stringify(document, undefined, pretty ? 1 : undefined), status, {
    'content-type': 'application/json; charset=UTF-8',
  });
}
