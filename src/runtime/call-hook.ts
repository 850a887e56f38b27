// Calls of an application's hooks, which must never change what the caller does.

import type { Logger } from './logger.ts';

/** Calls a hook. What it throws is logged, and so is the rejection of a promise it returns; nothing waits for that. */
export function callHook(hook: string, call: () => unknown, logger: Logger): void {
  const warn = (error: unknown) => logger.error('a hook failed', { hook, error });
  try {
    const answer = call() as PromiseLike<unknown> | undefined;
    if (typeof answer?.then === 'function') answer.then(undefined, warn);
  } catch (error) {
    warn(error);
  }
}
