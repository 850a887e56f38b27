// Errors as gRPC sends them: a code, a text, and google.rpc.Status with the details.

import { create, fromJson, toBinary } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import type { Metadata } from '@grpc/grpc-js';
import { AccessError, type AccessProblem } from '../access/access-error.ts';
import { statusOf } from '../cloud-tasks/errors.ts';
import type { Operation } from '../cloud-tasks/operation.ts';
import { REGISTRY } from '../cloud-tasks/registry.ts';
import { Status } from '../cloud-tasks/schema/rpc.ts';
import { CODES, type Code, StatusError } from '../cloud-tasks/status.ts';

const CODE_OF = {
  unauthenticated: 'UNAUTHENTICATED',
  misdirected: 'PERMISSION_DENIED',
  denied: 'PERMISSION_DENIED',
} as const satisfies Record<AccessProblem, Code>;

/** An error in the form in which grpc-js takes it. */
export interface CallStatus {
  code: number;
  details: string;
  metadata: Metadata;
}

/** @param metadata gets the details of the error */
export function callStatus(error: unknown, operation: Operation, metadata: Metadata): CallStatus {
  const { code, message, details } =
    error instanceof AccessError
      ? new StatusError(CODE_OF[error.problem], error.message)
      : statusOf(error, operation.errors);
  const text = message.toWellFormed(); // it becomes a header
  if (details.length > 0) metadata.set('grpc-status-details-bin', statusWith(details, code, text));
  return { code: CODES[code], details: text, metadata };
}

function statusWith(details: StatusError['details'], code: Code, message: string): Buffer {
  const status = create(Status, {
    ...{ code: CODES[code], message },
    details: details.map((detail) => fromJson(AnySchema, detail as never, { registry: REGISTRY })),
  });
  return Buffer.from(toBinary(Status, status));
}
