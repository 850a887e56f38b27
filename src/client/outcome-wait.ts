// Waits until a task has ended.

import { setTimeout as sleep } from 'node:timers/promises';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { TaskOutcome } from '../domain/task.ts';

/** Options for waiting until a task has ended. */
export interface WaitOptions {
  /** Seconds after which the wait resolves with the outcome `waiting`. Default: none. */
  timeoutSeconds?: number | undefined;
  /** Aborts the wait, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The time between two checks doubles from the first to the last. */
const FIRST_MS = 50;
const LAST_MS = 1_000;

/**
 * @param fetch reads how the task has ended so far
 * @throws RangeError for a timeout that is not 0 or more; the signal's reason
 */
export async function waitForOutcome(fetch: () => Promise<TaskOutcome>, options: WaitOptions): Promise<TaskOutcome> {
  requireKnownKeys(options, ['timeoutSeconds', 'signal'], 'the options of a wait');
  const { timeoutSeconds = Infinity, signal } = options;
  if (!(timeoutSeconds >= 0)) throw new RangeError(`timeoutSeconds must be 0 or more, got ${timeoutSeconds}`);
  const ends = performance.now() + timeoutSeconds * 1000;
  for (let pause = FIRST_MS; ; pause = Math.min(2 * pause, LAST_MS)) {
    signal?.throwIfAborted();
    const found = await fetch();
    const left = ends - performance.now();
    if (found.outcome !== 'waiting' || left <= 0) return found;
    await sleep(Math.min(pause, left), undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}
