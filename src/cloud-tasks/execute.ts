// Runs an operation for a caller: the right first, then the work. Both skins do it with this.

import { create, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import { createNamedQueue } from './auto-create.ts';
import { statusOf } from './errors.ts';
import type { Operation, OperationContext } from './operation.ts';
import { StatusError } from './status.ts';

/**
 * Returns the response.
 *
 * @throws StatusError for every error
 */
export async function execute(operation: Operation, request: Message, context: OperationContext): Promise<Message> {
  try {
    requireRight(operation, request, context);
    if (context.autoCreate) await createNamedQueue(operation, request, context.executor);
    const answer: MessageInitShape<typeof operation.response> = await operation.run(request, context);
    return create(operation.response, answer);
  } catch (error) {
    throw statusOf(error, operation.errors);
  }
}

function requireRight({ right, queue }: Operation, request: Message, { may }: OperationContext): void {
  if (right === undefined) return;
  const name = queue?.(request);
  if (may(right, name)) return;
  const where = name === undefined ? '' : ` on queue ${name}`;
  throw new StatusError('PERMISSION_DENIED', `this credential does not have the right ${right}${where}`);
}
