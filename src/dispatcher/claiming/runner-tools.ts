// The dependencies that the queue runners of a dispatcher share.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { DevelopmentOptions } from '../options.ts';
import type { Blocker } from './blockers.ts';
import type { Slots } from './slots.ts';

export interface RunnerTools {
  slots: Slots;
  clock: Clock;
  logger: Logger;
  development: DevelopmentOptions;
  /** Reports that queue settings have changed since they were read. */
  invalidate(): void;
  /** Reports what keeps the queue from claiming; undefined: nothing. */
  setBlocker(queue: string, what: Blocker | undefined): void;
  /** Reports that the queue's enforced rate was halved, or is no longer reduced. */
  rateChanged(queue: string): void;
  /** Reports what a claim statement returned, and how many milliseconds it took. */
  claimReturned?(queue: string, tasks: number, ms: number): void;
  /** Reports that the queue sleeps until it is notified, or something is due. */
  wentToSleep?(queue: string): void;
  /** Reports a failed database call, which is retried. */
  failed?(error: unknown): void;
  /** Sends a claimed task; calls `ended` once its response has arrived or can no longer arrive. */
  deliver(dispatch: ClaimedDispatch, ended: () => void): void;
}
