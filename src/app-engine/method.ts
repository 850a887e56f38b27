// Methods of App Engine's task queue service, as data.

import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Right } from '../domain/rights.ts';
import type { Executor } from '../postgres/executor.ts';

/** What a method runs with. */
export interface MethodContext {
  /** For the statements of the call; audited for the caller. */
  executor: Executor;
  /** Whether the caller has a right on a queue. */
  may(right: Right, queue: string): boolean;
  /** Told how many tasks a call leased. */
  leased?: ((queue: string, tasks: number) => void) | undefined;
}

export interface Method<Request extends DescMessage = DescMessage, Response extends DescMessage = DescMessage> {
  /** The name, such as `BulkAdd`. */
  name: string;
  request: Request;
  response: Response;
  /** The rights of which the caller needs one on each of the queues; none: the method answers by what it may see. */
  rights: readonly Right[];
  queues(request: MessageShape<Request>): string[];
  /** @throws RemoteCallError, and errors of this package, which `remoteCodeOf` translates */
  run(request: MessageShape<Request>, context: MethodContext): Promise<MessageInitShape<Response>>;
}

/** Ties the types of a method together. */
export function method<Request extends DescMessage, Response extends DescMessage>(
  given: Method<Request, Response>,
): Method {
  return given as unknown as Method;
}

const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

/** The text of a field that is bytes. What is not UTF-8 has a character in its place that no name allows. */
export function textOf(bytes: Uint8Array | undefined): string {
  return DECODER.decode(bytes ?? new Uint8Array()).replaceAll('\0', '\ufffd');
}

export function bytesOf(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** The queue of most requests. */
export const queueOf = (request: { queueName: Uint8Array }): [string] => [textOf(request.queueName)];
