// Retry parameters between TypeScript's and SQL's spelling.

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
 * A retry block as SQL spells it.
 *
 * @throws TypeError for an unknown property or one that is no number; `errorClass` for NaN and infinities
 */
export function retryObject(retry: RetryParameters, what: string, errorClass: NewError): Record<string, number> {
  if (typeof retry !== 'object' || retry === null)
    throw new TypeError(`${what} must be an object, not ${kindOf(retry)}`);
  requireKnownKeys(retry, KNOWN, what);
  const found: Record<string, number> = {};
  for (const ours of KNOWN) {
    const value: unknown = retry[ours];
    if (value === undefined) continue;
    if (typeof value !== 'number') throw new TypeError(`${what}.${ours} must be a number, not ${kindOf(value)}`);
    if (!Number.isFinite(value)) throw new errorClass(`${what}.${ours} must be a finite number, not ${value}`);
    found[IN_SQL[ours]] = value;
  }
  return found;
}

/** A retry block as TypeScript spells it. */
export function readRetry(retry: Record<string, number> | null): RetryParameters {
  const found: RetryParameters = {};
  for (const ours of KNOWN) {
    const value = retry?.[IN_SQL[ours]];
    if (value !== undefined && value !== null) found[ours] = value;
  }
  return found;
}
