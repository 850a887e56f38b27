// A lease call that waits for work: it leases, and if nothing is due, it sleeps until something may be due.

import { requireKnownKeys } from '../domain/known-keys.ts';
import { kindOf } from '../domain/text.ts';
import type { LeaseRequest } from '../store/leases.ts';
import { SleepLength } from '../wakeup/sleep-length.ts';
import type { Waits } from './waits.ts';

/** A lease request, and how long to wait for tasks. */
export interface WaitingLeaseRequest extends LeaseRequest {
  /**
   * How long to wait for a task when none is due, in seconds; default 0. Waiting holds no connection of the
   * application's pool.
   */
  waitSeconds?: number | undefined;
  /** Ends the wait; the call then resolves with an empty list. */
  signal?: AbortSignal | undefined;
}

/** All properties of a request. */
const LEASE_KEYS = ['leaseSeconds', 'maxTasks', 'maxBytes', 'waitSeconds', 'signal'];

/**
 * Leases repeatedly until tasks arrive or the time is up.
 *
 * @throws TypeError if waitSeconds is not a number, RangeError if it is negative or infinite; whatever `lease` throws
 */
export async function leaseOrWait<Task>(
  lease: () => Promise<Task[]>,
  waits: Waits,
  queue: string,
  tag: string | undefined,
  { waitSeconds = 0, signal }: Pick<WaitingLeaseRequest, 'waitSeconds' | 'signal'>,
): Promise<Task[]> {
  const until = performance.now() + checkWait(waitSeconds) * 1000;
  const wanted = { queue, tag, signal, sleep: new SleepLength(), vain: 0 };
  for (;;) {
    if (signal?.aborted) return [];
    const tasks = await lease();
    const leftMs = until - performance.now();
    if (tasks.length > 0 || leftMs <= 0 || waits.closed) return tasks;
    await waits.wait(wanted, leftMs);
  }
}

function checkWait(seconds: unknown): number {
  if (typeof seconds !== 'number')
    throw new TypeError(`waitSeconds must be a number of seconds, got ${kindOf(seconds)}`);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds;
  throw new RangeError(`waitSeconds must be 0 or more, got ${seconds}`);
}

/** @throws TypeError for a misspelt property, and for a wait in a transaction, which would keep its snapshot open */
export function checkLease(request: WaitingLeaseRequest, inTransaction: boolean): void {
  requireKnownKeys(request, LEASE_KEYS, 'a lease');
  if (!inTransaction || !request.waitSeconds) return;
  throw new TypeError(
    'waitSeconds must be 0 in a transaction: lease first, then open the transaction in which to finish the task',
  );
}
