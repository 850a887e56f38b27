// A lease call that waits for work: lease, and while nothing comes, sleep until there may be something.

import { kindOf } from '../domain/text.ts';
import type { LeaseRequest } from '../store/leases.ts';
import { SleepLength } from '../wakeup/sleep-length.ts';
import type { Waits } from './waits.ts';

/** What is asked for with a lease, and how long to wait for it. */
export interface WaitingLeaseRequest extends LeaseRequest {
  /** How long to wait for a task when none is due, in seconds; default 0. The call holds no connection of the application's pool meanwhile. */
  waitSeconds?: number | undefined;
  /** Ends the wait; the call resolves with an empty list then. */
  signal?: AbortSignal | undefined;
}

/** The properties of a request. */
export const LEASE_KEYS = ['leaseSeconds', 'maxTasks', 'maxBytes', 'waitSeconds', 'signal'];

/**
 * Leases until something comes or the time is up.
 *
 * @throws TypeError for waitSeconds that is no number, RangeError when it is below zero or endless; what `lease` throws
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
    await waits.rest(wanted, leftMs);
  }
}

function checkWait(seconds: unknown): number {
  if (typeof seconds !== 'number')
    throw new TypeError(`waitSeconds must be a number of seconds, not ${kindOf(seconds)}`);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds;
  throw new RangeError(`waitSeconds must be 0 or more, not ${seconds}`);
}
