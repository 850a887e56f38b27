// Answers as Google's APIs of that time gave them: pretty-printed unless told not to be, and only the fields that were asked for.

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { httpStatusOf } from '../../domain/error-table.ts';
import { TaskQueueError } from '../../domain/errors.ts';
import { HttpError } from '../http-error.ts';
import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';
import { pick } from './fields.ts';

/** 200, with the document's fields that `fields` names. */
export function answer(context: RequestContext, document: object): Response {
  const { fields, alt = 'json' } = context.req.query();
  if (alt !== 'json') throw new ApiError(400, `alt can't be ${alt}: there is json`);
  return send(context, 200, fields ? pick(document, fields) : document);
}

/** The answer to a request that failed; what is not ours says nothing of its insides. */
export function renderApiError(error: unknown, context: RequestContext): Response {
  const { status, message, reason } = apiErrorOf(error);
  const inner = { domain: 'global', reason, message };
  return send(context, status, { error: { errors: [inner], code: status, message } });
}

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof HttpError) return new ApiError(error.status, error.message);
  if (!(error instanceof TaskQueueError)) return new ApiError(500, 'the server failed to answer this request');
  return new ApiError(httpStatusOf(error), error.message);
}

function send(context: RequestContext, status: ContentfulStatusCode, document: unknown): Response {
  const pretty = context.req.query('prettyPrint') !== 'false';
  return context.body(JSON.stringify(document, undefined, pretty ? 1 : undefined), status, {
    'content-type': 'application/json; charset=UTF-8',
  });
}
