// Operations of the API, as data: what both skins, REST and gRPC, need to know of each.

import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { Right } from '../domain/rights.ts';
import type { Executor } from '../postgres/executor.ts';

/** What an operation runs with. */
export interface OperationContext {
  /** Its calls are audited for the caller. */
  executor: Executor;
  /** Aborted when the caller goes away or its deadline passes. */
  signal: AbortSignal;
  /** Whether the caller has a right on a queue. */
  may(right: Right, queue: string | undefined): boolean;
}

export interface Operation<Request extends DescMessage = DescMessage, Response extends DescMessage = DescMessage> {
  /** The full name of the service, such as `google.cloud.tasks.v2.CloudTasks`. */
  service: string;
  /** The name of the method, such as `CreateTask`. */
  name: string;
  verb: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path as google.api.http writes it: `/v2/{parent=projects/*\/locations/*\/queues/*}/tasks`. */
  path: string;
  /** The field that the body of the request is; `*`: the whole message; undefined: there is no body. */
  body?: string;
  request: Request;
  response: Response;
  right: Right;
  /** The queue on which the right is needed; undefined: on all queues. */
  queue(request: MessageShape<Request>): string | undefined;
  /** @throws StatusError */
  run(request: MessageShape<Request>, context: OperationContext): Promise<MessageShape<Response>>;
}
