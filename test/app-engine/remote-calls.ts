// Calls as App Engine's SDKs make them, with our own messages.

import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { remoteMethods } from '../../src/app-engine/answer-call.ts';
import { RemoteRequest, RemoteResponse } from '../../src/app-engine/schema/remote-api.ts';

export const BYTES = { 'content-type': 'application/octet-stream' };

/** A body of a call. */
export function envelope(
  method: string,
  request: Uint8Array,
  ticket = 'x',
  serviceName = 'taskqueue',
): Uint8Array<ArrayBuffer> {
  const message = create(RemoteRequest, { serviceName, method, request, requestId: ticket });
  return new Uint8Array(toBinary(RemoteRequest, message));
}

export const responseOf = async (response: Response) =>
  fromBinary(RemoteResponse, new Uint8Array(await response.arrayBuffer()));

export const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
export const textIn = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

type Send = (body: Uint8Array<ArrayBuffer>) => Promise<Response> | Response;

/** Calls a method. Returns the response's message; or the error, as `code detail`. */
export async function callMethod<Request extends DescMessage, Answer extends DescMessage>(
  send: Send,
  request: Request,
  answer: Answer,
  init: MessageInitShape<Request>,
): Promise<MessageShape<Answer> | string> {
  const name = remoteMethods.find((each) => each.request === (request as DescMessage))?.name ?? '';
  const body = envelope(name, toBinary(request, create(request, init)));
  const { response, applicationError, rpcError } = await responseOf(await send(body));
  if (rpcError) return `rpc ${rpcError.code} ${rpcError.detail}`;
  if (applicationError) return `${applicationError.code} ${applicationError.detail}`;
  return fromBinary(answer, response ?? new Uint8Array());
}
