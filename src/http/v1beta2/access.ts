// Reads the queue of a request and checks its ACL: a token with the scope has an e-mail address, which the ACL must
// list as writer_email for inserting and as user_email for everything else.

import type { Caller } from '../../access/caller.ts';
import type { Queue } from '../../domain/queue.ts';
import type { Right } from '../../domain/rights.ts';
import type { Executor } from '../../postgres/executor.ts';
import { describeQueue } from '../../store/queues.ts';
import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';

export class QueueAccess {
  readonly #executor: Executor;
  readonly #read = new WeakMap<RequestContext, Queue>();

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /**
   * Whether the ACL allows the request. A missing queue allows nobody, so callers without access cannot find out names.
   */
  admits = async (context: RequestContext, { account }: Caller, right: Right, name: string): Promise<boolean> => {
    if (!account || !isInScope(account.scopes, right)) return false;
    const queue = await this.#readQueue(context, name).catch(() => undefined);
    return queue !== undefined && isListed(queue, account.email, right);
  };

  /** @throws ApiError 400 for a push queue; UnknownQueueError */
  async queueOf(context: RequestContext): Promise<Queue> {
    const queue = await this.#readQueue(context, context.req.param('queue') ?? '');
    if (queue.mode === 'pull') return queue;
    throw new ApiError(400, `queue ${queue.name} must be a pull queue, got a push queue`);
  }

  async #readQueue(context: RequestContext, name: string): Promise<Queue> {
    const queue = this.#read.get(context) ?? (await describeQueue(this.#executor, name));
    this.#read.set(context, queue);
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
