// The queue of a request, and who may use it by its ACL: a token with the scope stands for an e-mail address, which the ACL has to name: user_email for
// everything but inserting, writer_email for inserting.

import type { Queue } from '../../domain/queue.ts';
import type { Right } from '../../domain/rights.ts';
import type { Executor } from '../../postgres/executor.ts';
import { describeQueue } from '../../store/queues.ts';
import type { Caller } from '../caller.ts';
import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';

export class QueueAccess {
  readonly #executor: Executor;
  readonly #looked = new WeakMap<RequestContext, Queue>();

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** Whether the ACL lets the caller do it. Who may not look learns of no names: a queue that is not there lets nobody. */
  admits = async (context: RequestContext, { account }: Caller, right: Right, name: string): Promise<boolean> => {
    if (!account || !isInScope(account.scopes, right)) return false;
    const queue = await this.#look(context, name).catch(() => undefined);
    return queue !== undefined && isListed(queue, account.email, right);
  };

  /** @throws ApiError 400 for a push queue; UnknownQueueError */
  async queueOf(context: RequestContext): Promise<Queue> {
    const queue = await this.#look(context, context.req.param('queue') ?? '');
    if (queue.mode === 'pull') return queue;
    throw new ApiError(400, `queue ${queue.name} is a push queue`);
  }

  async #look(context: RequestContext, name: string): Promise<Queue> {
    const queue = this.#looked.get(context) ?? (await describeQueue(this.#executor, name));
    this.#looked.set(context, queue);
    return queue;
  }
}

function isInScope(scopes: readonly string[], right: Right): boolean {
  return scopes.includes('taskqueue') || (right !== 'enqueue' && scopes.includes('taskqueue.consumer'));
}

function isListed({ acl }: Queue, email: string, right: Right): boolean {
  const entry = right === 'enqueue' ? 'writer_email' : 'user_email';
  return (acl ?? []).some((each) => each[entry]?.toLowerCase() === email.toLowerCase());
}
