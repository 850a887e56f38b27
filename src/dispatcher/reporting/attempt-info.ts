// What an application is told of an attempt: in hooks, logs and traces.

import type { Dispatch } from '../../domain/dispatch.ts';
import { type FailureClass, failureClass } from '../../domain/failure-class.ts';
import { headerIn, readTraceparent } from '../../domain/trace-context.ts';
import type { Failed } from '../delivery/outcome.ts';
import type { EndedAttempt } from '../settling/settler.ts';

/** One attempt to send a task. */
export interface AttemptInfo {
  readonly queue: string;
  /** The task's name. */
  readonly task: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Relative URL with its query. */
  readonly url: string;
  readonly method: string;
  /** Name of the target, or scheme, host and port of a task that has a URL of its own. */
  readonly target: string;
  readonly namespace: string;
  /** When the attempt was due. */
  readonly eta: Date;
  /** Of the trace in which the task was added: 32 hex digits; undefined: it carries none. */
  readonly traceId: string | undefined;
}

/** The recorded outcome of an attempt. */
export interface AttemptResult {
  /**
   * completed: the task is done. retry: it runs again after its back-off. dead: it has failed for good. stale: its
   * lease had expired, so that it runs again, or another dispatcher has it.
   */
  readonly result: EndedAttempt['result'];
  /** HTTP status; 0: no response arrived. */
  readonly status: number;
  /** From the claim to the response. */
  readonly seconds: number;
  /** Why it failed; undefined: the handler answered with success. */
  readonly failure: FailureClass | undefined;
  /** Why no response arrived, or the beginning of the response's body. */
  readonly error: string | undefined;
}

/** The target's name, as in taskqueue.targets. */
export function targetOf({ target }: Pick<Dispatch, 'target'>): string {
  return target ?? 'default';
}

export function attemptInfo(dispatch: Dispatch): AttemptInfo {
  const { queue, name, retryCount, url, method, namespace, eta } = dispatch;
  return {
    ...{ queue, task: name, attempt: retryCount + 1, url, method, target: targetOf(dispatch), namespace },
    eta: new Date(Number(eta / 1000n)),
    traceId: traceIdOf(dispatch),
  };
}

export function attemptResult({ dispatch, outcome, endedAt, result }: EndedAttempt): AttemptResult {
  const seconds = Math.max(0, endedAt - dispatch.claimedAt) / 1000;
  const { status } = outcome;
  if (outcome.kind === 'completed') return { result, status, seconds, failure: undefined, error: undefined };
  return { result, status, seconds, failure: failureClass(outcome), error: errorOf(outcome) };
}

export function traceIdOf({ headers }: Pick<Dispatch, 'headers'>): string | undefined {
  return readTraceparent(headerIn(headers, 'traceparent'))?.traceId;
}

const MOST_CHARACTERS = 300;

function errorOf({ error, excerpt }: Failed): string | undefined {
  const text = error ?? excerpt;
  return text?.trim().slice(0, MOST_CHARACTERS) || undefined;
}
