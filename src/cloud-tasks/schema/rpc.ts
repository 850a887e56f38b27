// The messages of google.rpc: statuses and their details.

import { AnySchema } from '@bufbuild/protobuf/wkt';
import { message } from './define.ts';
import { int32, many, text, textMap } from './fields.ts';

export const Status = message('google.rpc.Status', {
  code: int32(1),
  message: text(2),
  details: many(AnySchema, 3),
});

export const ErrorInfo = message('google.rpc.ErrorInfo', {
  reason: text(1),
  domain: text(2),
  metadata: textMap(3),
});

const HelpLink = message('google.rpc.Help.Link', { description: text(1), url: text(2) });

export const Help = message('google.rpc.Help', { links: many(HelpLink, 1) });

const FieldViolation = message('google.rpc.BadRequest.FieldViolation', { field: text(1), description: text(2) });

export const BadRequest = message('google.rpc.BadRequest', { fieldViolations: many(FieldViolation, 1) });
