// Answers calls: bytes in, bytes out. Every call has an answer, and an error is one.

import { create, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { hasFewFields } from '../protobuf/few-fields.ts';
import { missingField } from '../protobuf/required.ts';
import { addMethods } from './add-methods.ts';
import { RemoteCallError, remoteCodeOf, remoteMessageOf, TASK_QUEUE_CODES } from './codes.ts';
import { javaException } from './java-exception.ts';
import type { Method, MethodContext } from './method.ts';
import { queueMethods } from './queue-methods.ts';
import { RemoteRequest, RemoteResponse, RPC_ERRORS } from './schema/remote-api.ts';
import { taskMethods } from './task-methods.ts';

export const remoteMethods: readonly Method[] = [...addMethods, ...taskMethods, ...queueMethods];

const TASK_QUEUE = new Map(remoteMethods.map((each) => [each.name, each]));

/** The envelope of a call. */
export type RemoteCall = MessageShape<typeof RemoteRequest>;
type Answer = MessageInitShape<typeof RemoteResponse>;

const READING = { readUnknownFields: false };

/** Reads the envelope; undefined: the bytes are none. */
export function readCall(bytes: Uint8Array): RemoteCall | undefined {
  try {
    const call = fromBinary(RemoteRequest, bytes, READING);
    return missingField(RemoteRequest, call) === undefined ? call : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Answers a call.
 *
 * @param bytes a request of remote_api
 * @returns a response of remote_api
 */
export async function answerCall(bytes: Uint8Array, context: MethodContext): Promise<Uint8Array> {
  const call = readCall(bytes);
  return writeAnswer(
    call ? await answer(call, context) : rpcError('PARSE_ERROR', 'the body must be a remote_api.Request'),
  );
}

/** The answer to a request that could not be read. */
export function answerTooLarge(message: string): Uint8Array {
  return writeAnswer(rpcError('REQUEST_TOO_LARGE', message));
}

async function answer({ serviceName, method, request }: RemoteCall, context: MethodContext): Promise<Answer> {
  // Go's SDK sends its log lines with the first calls.
  if (serviceName === 'logservice' && method === 'Flush') return { response: new Uint8Array() };
  const found = serviceName === 'taskqueue' ? TASK_QUEUE.get(method) : undefined;
  if (!found) return rpcError('CALL_NOT_FOUND', `this server has no ${serviceName}.${method}`.slice(0, 200));
  const message = readRequest(found, request);
  if (typeof message === 'string') return rpcError('PARSE_ERROR', message);
  try {
    requireRights(found, message, context);
    const made = await found.run(message, context);
    return { response: toBinary(found.response, create(found.response, made)) };
  } catch (error) {
    return { applicationError: { code: remoteCodeOf(error), detail: remoteMessageOf(error) } };
  }
}

/** The request; or what is wrong with it. */
function readRequest({ request }: Method, bytes: Uint8Array) {
  try {
    if (!hasFewFields(request, bytes)) return `the ${request.name} has too many fields`;
    const message = fromBinary(request, bytes, READING);
    const missing = missingField(request, message);
    return missing === undefined ? message : `${request.name} must have ${missing}`;
  } catch {
    return `the request must be a ${request.name}`;
  }
}

/** @throws RemoteCallError PERMISSION_DENIED */
function requireRights(
  { rights, queues }: Method,
  request: Parameters<Method['queues']>[0],
  { may }: MethodContext,
): void {
  if (rights.length === 0) return;
  const denied = queues(request).find((queue) => !rights.some((right) => may(right, queue)));
  if (denied === undefined) return;
  const message = `this credential does not have the right ${rights.join(' or ')} on queue ${denied.slice(0, 100)}`;
  throw new RemoteCallError(TASK_QUEUE_CODES.PERMISSION_DENIED, message);
}

const rpcError = (code: keyof typeof RPC_ERRORS, detail: string): Answer => ({
  rpcError: { code: RPC_ERRORS[code], detail },
});

/** Each SDK reads the form of an error that it knows. */
function writeAnswer({ applicationError, rpcError, ...answer }: Answer): Uint8Array {
  const error = applicationError ?? (rpcError && { code: TASK_QUEUE_CODES.INVALID_REQUEST, detail: rpcError.detail });
  const forJava = error && { javaException: javaException(error.code ?? 0, error.detail ?? '') };
  return toBinary(
    RemoteResponse,
    create(RemoteResponse, { ...answer, ...forJava, applicationError, rpcError } as Answer),
  );
}
