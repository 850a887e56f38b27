// Running a task now, and waiting for its dispatch.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudParent, CloudTask } from '../domain/cloud-task.ts';
import { TombstonedTaskError, UnknownTaskError } from '../domain/errors.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';
import { parentOf } from './cloud-queues.ts';
import { getCloudTask, readCloudTask } from './cloud-tasks.ts';

/** How long a run waits for the dispatch. */
const PATIENCE_MS = 1000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/**
 * Runs a task now and returns it with that attempt; a task that is running already is returned as it is. If it isn't
 * dispatched within a second, or `signal` aborts, it is returned as it was read last; the run is still requested.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, UnknownTaskError, TombstonedTaskError
 */
export async function runCloudTask(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  name: string,
  withBody: boolean,
  signal: AbortSignal,
): Promise<CloudTask> {
  const started = performance.now();
  const args = { queue, ...parentOf(parent), name, with_body: withBody };
  const [row] = await run(executor, call('run_cloud_task', args));
  if (row === undefined) return getCloudTask(executor, parent, queue, name, withBody); // it ended in this moment
  const before = readCloudTask(row, withBody);
  const requested = microsecondsNow();
  let task = before;
  let pause = FIRST_PAUSE_MS;
  while (!wasDispatched(before, task) && performance.now() - started < PATIENCE_MS) {
    await sleep(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return task;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    try {
      task = await getCloudTask(executor, parent, queue, name, withBody);
    } catch (error) {
      if (!(error instanceof UnknownTaskError || error instanceof TombstonedTaskError)) throw error;
      return finished(before, requested);
    }
  }
  return task;
}

/** It is running, or there was an attempt since. */
function wasDispatched(before: CloudTask, task: CloudTask): boolean {
  const last = task.lastAttempt;
  return last !== null && (last.status === null || last.dispatchTime !== before.lastAttempt?.dispatchTime);
}

/** The task with an attempt that nobody saw: it succeeded, or was the last one, before the next look. */
function finished(before: CloudTask, requested: bigint): CloudTask {
  return {
    ...before,
    dispatchCount: before.dispatchCount + 1,
    firstAttempt: before.firstAttempt ?? requested,
    lastAttempt: { scheduleTime: before.scheduleTime, dispatchTime: requested, responseTime: null, status: null },
  };
}

function microsecondsNow(): bigint {
  return BigInt(Date.now()) * 1000n;
}
