// Answers a call: reads its message, runs the operation for its caller, and returns the response or an error.

import { randomUUID } from 'node:crypto';
import { fromBinary, type Message } from '@bufbuild/protobuf';
import type { handleUnaryCall, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { behalfOf, REASON_HEADER } from '../access/behalf.ts';
import { may } from '../access/caller.ts';
import { execute } from '../cloud-tasks/execute.ts';
import type { Operation } from '../cloud-tasks/operation.ts';
import { StatusError } from '../cloud-tasks/status.ts';
import { onBehalfOf } from '../postgres/executor.ts';
import { hasFewFields } from '../protobuf/few-fields.ts';
import type { AdmittedCalls } from './admission.ts';
import { callStatus } from './call-status.ts';
import type { GrpcModule } from './load.ts';
import { textIn } from './metadata.ts';

/** The key of a call's id; the answer has it too. */
const REQUEST_ID = 'x-request-id';

/** Returns the handler of an operation's method. */
export function answers(
  grpc: GrpcModule,
  operation: Operation,
  admitted: AdmittedCalls,
): handleUnaryCall<Uint8Array, Message> {
  const run = (call: ServerUnaryCall<Uint8Array, Message>, requestId: string) => {
    const entry = admitted.get(call.metadata);
    if (!entry) throw new StatusError('UNAUTHENTICATED', 'the call was not admitted');
    const { caller, backend } = entry;
    const behalf = behalfOf(caller, textIn(call.metadata, REASON_HEADER), requestId);
    return execute(operation, readMessage(operation, call.request), {
      ...backend,
      executor: onBehalfOf(backend.executor, behalf),
      signal: endOf(call),
      may: (right, queue) => may(caller, right, queue),
    });
  };
  return async (call, callback) => {
    const requestId = requestIdOf(call.metadata);
    const trailer = new grpc.Metadata();
    trailer.set(REQUEST_ID, requestId);
    try {
      callback(null, await run(call, requestId), trailer);
    } catch (error) {
      callback(callStatus(error, operation, trailer));
    }
  };
}

function readMessage({ request }: Operation, bytes: Uint8Array): Message {
  try {
    if (hasFewFields(request, bytes)) return fromBinary(request, bytes, { readUnknownFields: false });
  } catch {
    throw new StatusError('INVALID_ARGUMENT', `the message must be a ${request.typeName}, got other bytes`);
  }
  throw new StatusError('INVALID_ARGUMENT', `the ${request.name} has too many fields`);
}

/** Aborted when the client goes away or the call's deadline passes. */
function endOf(call: ServerUnaryCall<Uint8Array, Message>): AbortSignal {
  const end = new AbortController();
  call.once('cancelled', () => end.abort());
  return end.signal;
}

function requestIdOf(metadata: Metadata): string {
  const given = textIn(metadata, REQUEST_ID);
  return given !== undefined && /^[\w\-=]{1,100}$/.test(given) ? given : randomUUID();
}
