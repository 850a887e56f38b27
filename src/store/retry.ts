// Converts retry parameters between TypeScript's and SQL's spelling.

import { keysOf, requireKnownKeys } from '../domain/known-keys.ts';
import type { RetryParameters } from '../domain/retry.ts';
import type { TaskQueueError, TaskQueueErrorOptions } from '../domain/task-queue-error.ts';
import { kindOf } from '../domain/text.ts';

const IN_SQL: Readonly<Record<keyof RetryParameters, string>> = {
  taskRetryLimit: 'task_retry_limit',
  taskAgeLimit: 'task_age_limit',
  minBackoffSeconds: 'min_backoff_seconds',
  maxBackoffSeconds: 'max_backoff_seconds',
  maxDoublings: 'max_doublings',
};

const KNOWN = keysOf(IN_SQL);

type NewError = new (message: string, options?: TaskQueueErrorOptions) => TaskQueueError;

/**
 * Converts retry parameters to SQL's spelling.
 *
 * @throws TypeError for an unknown property or a value that is not a number; `errorClass` for NaN and infinities
 */
export function retryObject(retry: RetryParameters, what: string, errorClass: NewError): Record<string, number> {
  if (typeof retry !== 'object' || retry === null)
    throw new TypeError(`${what} must be an object, got ${kindOf(retry)}`);
  requireKnownKeys(retry, KNOWN, what);
  const found: Record<string, number> = {};
  for (const key of KNOWN) {
    const value: unknown = retry[key];
    if (value === undefined) continue;
    if (typeof value !== 'number') throw new TypeError(`${what}.${key} must be a number, got ${kindOf(value)}`);
    if (!Number.isFinite(value)) throw new errorClass(`${what}.${key} must be a finite number, got ${value}`);
    found[IN_SQL[key]] = value;
  }
  return found;
}

/** Converts retry parameters to TypeScript's spelling. */
export function readRetry(retry: Record<string, number> | null): RetryParameters {
  const found: RetryParameters = {};
  for (const key of KNOWN) {
    const value = retry?.[IN_SQL[key]];
    if (value !== undefined && value !== null) found[key] = value;
  }
  return found;
}
