// The messages of google.rpc: statuses and their details.

import { AnySchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { int32, many, string, stringMap } from '../../protobuf/fields.ts';

export const Status = message('google.rpc.Status', {
  code: int32(1),
  message: string(2),
  details: many(AnySchema, 3),
});

export const ErrorInfo = message('google.rpc.ErrorInfo', {
  reason: string(1),
  domain: string(2),
  metadata: stringMap(3),
});

const HelpLink = message('google.rpc.Help.Link', { description: string(1), url: string(2) });

export const Help = message('google.rpc.Help', { links: many(HelpLink, 1) });

const FieldViolation = message('google.rpc.BadRequest.FieldViolation', { field: string(1), description: string(2) });

export const BadRequest = message('google.rpc.BadRequest', { fieldViolations: many(FieldViolation, 1) });
