// Who may do what. The server's own token may do everything; a token from the database stands for an e-mail address, which the ACL of the queue has to
// name: user_email for everything but inserting, writer_email for inserting.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Queue } from '../../domain/queue.ts';
import type { Executor } from '../../sql/executor.ts';
import { checkToken } from '../../store/pull-rest.ts';
import { describeQueue } from '../../store/queues.ts';
import { isLoopbackRequest } from '../auth.ts';
import { ApiError } from './answer.ts';

export type Action = 'consume' | 'insert';

export interface AccessOptions {
  executor: Executor;
  /** The server's own token; undefined: this machine may do everything. */
  token: string | undefined;
}

/**
 * The queue of a request whose caller may do this there.
 *
 * @throws ApiError 401, 403; 400 for a push queue; UnknownQueueError
 */
export async function accessibleQueue(
  context: Context,
  { executor, token }: AccessOptions,
  name: string,
  action: Action,
): Promise<Queue> {
  const given = tokenOf(context);
  const caller = given === undefined || isSame(given, token) ? undefined : await checkToken(executor, given);
  const mayAll = token === undefined ? isLoopbackRequest(context) && !caller : isSame(given, token);
  if (!mayAll && !caller) {
    throw token === undefined && !isLoopbackRequest(context)
      ? new ApiError(403, 'without a token this server answers to localhost, 127.0.0.1 and [::1] only')
      : new ApiError(401, 'Invalid Credentials');
  }
  const queue = await describeQueue(executor, name).catch((error) => {
    throw caller ? new ApiError(403, `you are not on the ACL of queue ${name}`) : error; // who may not look learns of no names
  });
  if (caller && !isListed(queue, caller.email, caller.scopes, action)) {
    throw new ApiError(403, `you are not on the ACL of queue ${name}`);
  }
  if (queue.mode !== 'pull') throw new ApiError(400, `queue ${name} is a push queue`);
  return queue;
}

function isListed({ acl }: Queue, email: string, scopes: string[], action: Action): boolean {
  const inScope = scopes.includes('taskqueue') || (action === 'consume' && scopes.includes('taskqueue.consumer'));
  const entry = action === 'insert' ? 'writer_email' : 'user_email';
  return inScope && (acl ?? []).some((each) => each[entry]?.toLowerCase() === email.toLowerCase());
}

function tokenOf(context: Context): string | undefined {
  const header = context.req.header('authorization');
  if (header !== undefined) return /^Bearer +([\x21-\x7e]+)$/i.exec(header)?.[1] ?? '';
  return context.req.query('oauth_token') ?? context.req.query('access_token') ?? context.req.query('key');
}

// Digests have one length, so that comparing takes the same time whatever was given.
function isSame(given: string | undefined, token: string | undefined): boolean {
  return given !== undefined && token !== undefined && timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
