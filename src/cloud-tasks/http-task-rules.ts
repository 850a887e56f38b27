// What decides whether the requests of an HTTP task can be sent at all. It is asked before the task is stored.

import type { HttpTask } from '../domain/http-task.ts';

export interface HttpTaskRules {
  /**
   * Why tasks may not be sent to a URL; undefined: they may.
   *
   * @param url normalized
   */
  refusedUrl(url: string): string | undefined;
  /** Why the tokens that a task asks for cannot be made; undefined: they can. */
  refusedTokens(tokens: Pick<HttpTask, 'oidc' | 'oauth'>): string | undefined;
}

/** For servers without a dispatcher's settings: the dispatcher decides when it sends. */
export const ANY_HTTP_TASK: HttpTaskRules = { refusedUrl: () => undefined, refusedTokens: () => undefined };
