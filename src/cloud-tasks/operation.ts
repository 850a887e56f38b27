// Operations of the API, as data: what both skins, REST and gRPC, need to know of each.

import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { Right } from '../domain/rights.ts';
import type { Backend } from './backend.ts';
import type { ErrorRule } from './errors.ts';

/** What an operation runs with. */
export interface OperationContext extends Backend {
  /** Aborted when the caller goes away or its deadline passes. */
  signal: AbortSignal;
  /** Whether the caller has a right on a queue; undefined: on all queues. */
  may(right: Right, queue: string | undefined): boolean;
}

export interface Operation<Request extends DescMessage = DescMessage, Response extends DescMessage = DescMessage> {
  /** The full name of the service, such as `google.cloud.tasks.v2.CloudTasks`. */
  service: string;
  /** The name of the method, such as `CreateTask`. */
  name: string;
  verb: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  // As google.api.http writes them: /v2/{parent=projects/*/locations/*}/queues. The first is the documented one.
  paths: readonly [string, ...string[]];
  /** The field that the body of the request is; `*`: the whole message; undefined: there is no body. */
  body?: string;
  request: Request;
  response: Response;
  /** Undefined: any caller may ask, and gets what it may see. */
  right: Right | undefined;
  /** The queue on which the right is needed; undefined: on all queues. */
  queue?(request: MessageShape<Request>): string | undefined;
  /** Errors that this operation words otherwise than most. */
  errors?: readonly ErrorRule[];
  /** @throws StatusError, and errors of this package, which `statusOf` translates */
  run(request: MessageShape<Request>, context: OperationContext): Promise<MessageInitShape<Response>>;
}

/** Ties the types of an operation together. */
export function operation<Request extends DescMessage, Response extends DescMessage>(
  given: Operation<Request, Response>,
): Operation {
  return given as unknown as Operation;
}
