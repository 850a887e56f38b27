// Errors that a handler throws to state how its task failed, and the responses to failed tasks.

import { errorText } from '../domain/error-text.ts';
import { PERMANENT_FAILURE_HEADER } from '../domain/task-headers.ts';
import type { Logger } from '../runtime/logger.ts';
import type { DeliveredTask } from './delivered-task.ts';

/**
 * The task can never succeed: it is not retried, but kept with its error among the dead tasks, and logged. It is
 * answered with 200, as in App Engine, and a header that says so to the dispatcher.
 */
export class PermanentTaskFailure extends Error {
  override readonly name: string = 'PermanentTaskFailure';
}

/**
 * The task could not be done this time, which is expected: it is answered with 408, so that it is retried, and not
 * logged.
 */
export class SingularTaskFailure extends Error {
  override readonly name: string = 'SingularTaskFailure';
}

/** The response to a task that failed. */
export interface FailureAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface FailureOptions {
  /** The status for errors that state none. Default 500. */
  status?: number | undefined;
  /** True: the stack instead of name and message. */
  errorStack?: boolean | undefined;
  /** True: the task must not be retried, whatever the error. */
  permanent?: boolean | undefined;
}

/** The response to an error. It says what went wrong only if the request was proven to be a dispatcher's. */
export function failureAnswer(error: unknown, task: DeliveredTask, options: FailureOptions = {}): FailureAnswer {
  const permanent = options.permanent || isPermanent(error);
  return {
    status: statusOfFailure(error) ?? options.status ?? 500,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(permanent ? { [PERMANENT_FAILURE_HEADER]: '1' } : {}),
    },
    text: task.genuine ? errorText(error, { stack: options.errorStack === true }) : '',
  };
}

/** Logs the error of a task; not a failure that was to be expected. */
export function logFailure(error: unknown, { queue, name }: DeliveredTask, logger: Logger): void {
  if (isPermanent(error)) logger.error('task failed for good', { queue, task: name, error });
  else if (statusOfFailure(error) === undefined) logger.error('task failed', { queue, task: name, error });
}

/**
 * The status that a handler's error is answered with; undefined for any other error, which is answered with 500 and
 * retried.
 */
export function statusOfFailure(error: unknown): 200 | 408 | undefined {
  if (isPermanent(error)) return 200;
  return error instanceof SingularTaskFailure ? 408 : undefined;
}

function isPermanent(error: unknown): boolean {
  return error instanceof PermanentTaskFailure;
}
