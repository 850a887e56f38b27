// Responses in the JSON of Google's APIs; errors in that of google.rpc.Status.

import { type DescMessage, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { statusOf } from '../../cloud-tasks/errors.ts';
import { REGISTRY } from '../../cloud-tasks/registry.ts';
import { type Code, StatusError } from '../../cloud-tasks/status.ts';
import { HTTP_STATUS } from '../code-status.ts';
import { pick } from '../fields.ts';
import { HttpError } from '../http-error.ts';
import type { RequestContext } from '../route.ts';

/** Responds with a message. @throws StatusError INVALID_ARGUMENT for a format that is not offered */
export function answerMessage(context: RequestContext, type: DescMessage, message: Message): Response {
  const { $alt, alt = $alt ?? 'json', $fields, fields = $fields } = context.req.query();
  const [format, ...options] = alt.split(';');
  if (format !== 'json') throw new StatusError('INVALID_ARGUMENT', `alt must be json, got ${alt.slice(0, 80)}`);
  const enumAsInteger = options.includes('enum-encoding=int');
  const document = toJson(type, message, { registry: REGISTRY, enumAsInteger });
  return send(context, 200, fields ? chosen(document, fields) : document);
}

/** Renders any error. */
export function renderStatus(error: unknown, context: RequestContext): Response {
  const { code, message, details } = error instanceof HttpError ? statusOfHttp(error) : statusOf(error);
  const status = error instanceof HttpError ? error.status : HTTP_STATUS[code];
  const more = details.length === 0 ? {} : { details };
  return send(context, status, { error: { code: status, message, status: code, ...more } });
}

const CODE_OF: Record<number, Code> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  421: 'PERMISSION_DENIED',
};

function statusOfHttp({ status, message }: HttpError): StatusError {
  return new StatusError(CODE_OF[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'), message);
}

function chosen(document: JsonValue, fields: string): unknown {
  try {
    return pick(document, fields);
  } catch (error) {
    throw error instanceof RangeError ? new StatusError('INVALID_ARGUMENT', error.message) : error;
  }
}

function send(context: RequestContext, status: ContentfulStatusCode, document: unknown): Response {
  const pretty = context.req.query('prettyPrint') === 'true';
  return context.body(JSON.stringify(document, undefined, pretty ? 2 : undefined), status, {
    'content-type': 'application/json; charset=UTF-8',
  });
}
