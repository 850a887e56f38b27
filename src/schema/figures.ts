// The recent figures of a queue, which its row in the view queues and its statistics have in common.

import type { BigintValue, TimestampValue } from './column-values.ts';

export interface QueueFiguresRow {
  succeeded_last_minute: BigintValue;
  failed_last_minute: BigintValue;
  dead_last_minute: BigintValue;
  due: BigintValue;
  scheduled: BigintValue;
  oldest_due: TimestampValue | null;
}
