// What the queue runners of a dispatcher share.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { DevelopmentOptions } from '../options.ts';
import type { Hindrance } from './hindrances.ts';
import type { Slots } from './slots.ts';

export interface RunnerTools {
  slots: Slots;
  clock: Clock;
  logger: Logger;
  development: DevelopmentOptions;
  /** The queues' settings have changed since they were read. */
  invalidate(): void;
  /** What keeps the queue from claiming; undefined: nothing. */
  hindered(queue: string, what: Hindrance | undefined): void;
  /** The queue's enforced rate was halved, or is whole again. */
  rateChanged(queue: string): void;
  /** Sends a claimed task; calls `ended` once its response came or won't come. */
  deliver(dispatch: ClaimedDispatch, ended: () => void): void;
}
