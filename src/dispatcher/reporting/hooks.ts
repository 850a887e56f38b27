// The application's hooks: functions that are told what happens to its tasks.

import { callHook } from '../../runtime/call-hook.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { DispatchSubscriber } from '../events.ts';
import type { EndedAttempt } from '../settling/settler.ts';
import { type AttemptInfo, type AttemptResult, attemptInfo, attemptResult } from './attempt-info.ts';

/**
 * Called by a dispatcher on what happens to the tasks that it sends, and to its database. They run between two tasks,
 * so they should be quick. Nothing waits for a promise that they return; what they throw is logged and changes nothing.
 *
 * @example new Dispatcher({ database, targets, hooks: { dead: ({ queue, task }) => page(queue, task) } })
 */
export interface DispatcherHooks {
  /** A due task was claimed. */
  claimed?(attempt: AttemptInfo): void;
  /** Its request is about to be sent. */
  sent?(attempt: AttemptInfo): void;
  /** Its outcome, whichever, was recorded. The hooks `failed` and `dead` are called after this one. */
  settled?(attempt: AttemptInfo, result: AttemptResult): void;
  /** The attempt failed; also called for the last attempt of a task. */
  failed?(attempt: AttemptInfo, result: AttemptResult): void;
  /** The task has used up its retries, and is in taskqueue.dead_tasks. */
  dead?(attempt: AttemptInfo, result: AttemptResult): void;
  /** A database call failed, or its connection was lost; the dispatcher retries. */
  trouble?(error: unknown): void;
}

/** Subscribes only to what there are hooks for. */
export function hookSubscriber(hooks: DispatcherHooks, logger: Logger): DispatchSubscriber {
  const tell = (name: keyof DispatcherHooks, ...given: [AttemptInfo] | [AttemptInfo, AttemptResult] | [unknown]) =>
    callHook(name, () => (hooks[name] as ((...what: typeof given) => unknown) | undefined)?.(...given), logger);
  const ended = (attempt: EndedAttempt) => {
    const [info, result] = [attemptInfo(attempt.dispatch), attemptResult(attempt)];
    tell('settled', info, result);
    if (result.failure !== undefined && result.result !== 'stale') tell('failed', info, result);
    if (result.result === 'dead') tell('dead', info, result);
  };
  return {
    ...(hooks.claimed && { claimed: (dispatch: ClaimedDispatch) => tell('claimed', attemptInfo(dispatch)) }),
    ...(hooks.sent && { sent: (dispatch: ClaimedDispatch) => tell('sent', attemptInfo(dispatch)) }),
    ...(hooks.trouble && { databaseFailed: (error: unknown) => tell('trouble', error) }),
    ...((hooks.settled || hooks.failed || hooks.dead) && { ended }),
  };
}
