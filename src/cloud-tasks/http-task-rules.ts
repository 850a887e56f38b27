// What decides whether the requests of an HTTP task can be sent at all. It is asked before the task is stored.

import type { NewCloudTask } from '../domain/cloud-task.ts';
import { overrideUrl } from '../domain/http-target.ts';
import type { HttpTask } from '../domain/http-task.ts';
import type { Executor } from '../postgres/executor.ts';
import { getCloudQueue } from '../store/cloud-queues.ts';
import type { QueuePath } from './names.ts';
import { StatusError } from './status.ts';

export interface HttpTaskRules {
  /**
   * Why tasks may not be sent to a host; undefined: they may.
   *
   * @param origin scheme, host and port, normalized
   */
  refusedUrl(origin: string): Promise<string | undefined>;
  /** Why the tokens that a task asks for cannot be made; undefined: they can. */
  refusedTokens(tokens: Pick<HttpTask, 'oidc' | 'oauth'>): Promise<string | undefined>;
}

/** For servers without a dispatcher's settings: the dispatcher decides when it sends. */
export const ANY_HTTP_TASK: HttpTaskRules = {
  refusedUrl: async () => undefined,
  refusedTokens: async () => undefined,
};

/** @throws StatusError INVALID_ARGUMENT */
export async function requireSendable(
  { executor, rules }: { executor: Executor; rules: HttpTaskRules },
  path: QueuePath,
  task: NewCloudTask,
): Promise<void> {
  if (!task.http) return;
  const refused = (await refusedUrl(executor, rules, path, task)) ?? (await rules.refusedTokens(task.http));
  if (refused !== undefined) throw new StatusError('INVALID_ARGUMENT', refused);
}

/** A refused URL is not the one that is called if the queue overrides its host. */
async function refusedUrl(
  executor: Executor,
  rules: HttpTaskRules,
  path: QueuePath,
  { target, url }: NewCloudTask,
): Promise<string | undefined> {
  const refused = target === null ? undefined : await rules.refusedUrl(target);
  if (refused === undefined) return undefined;
  const { httpTarget } = await getCloudQueue(executor, path, path.queue);
  const { origin } = overrideUrl({ origin: target, path: url }, httpTarget);
  return origin === null || origin === target ? refused : rules.refusedUrl(origin);
}
