// The options of drain.

import type { LeasedTask } from '../../client/task.ts';
import type { SigningSecrets } from '../../dispatcher/delivery/request-keys.ts';
import type { FetchFunction } from '../../dispatcher/delivery/targets.ts';
import type { OpenTransaction } from '../../postgres/transaction.ts';
import type { LeasedTaskContext } from '../../worker/options.ts';
import type { TestClock } from '../clock/test-clock.ts';

/** How far a drain goes. */
export interface DrainOptions {
  /** The clock that the dispatchers and workers were made with: the drain moves it. */
  clock?: TestClock | undefined;
  /** `empty`: moves the clock from retry to retry and ETA to ETA until no task is left that can run. */
  until?: 'empty' | undefined;
  /** Moves the clock through this much time, and runs what falls due on the way, cron jobs included. */
  for?: number | string | undefined;
}

/** How the tasks of one queue are drained. */
export interface DrainQueueOptions extends DrainOptions {
  /** A fetch function for push tasks, whatever their target; for pull tasks, a worker's handler. */
  handler: FetchFunction | ((task: LeasedTask, context: LeasedTaskContext) => unknown);
  /** Secrets that sign the requests, for handlers that verify them, as in DispatcherOptions: `{ default: secret }`. */
  signingKeys?: SigningSecrets | undefined;
  /** The test's open transaction: everything happens in it, on its connection. */
  transaction?: OpenTransaction | undefined;
}
