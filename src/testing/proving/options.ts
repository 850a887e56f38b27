// The options of prove.

import type { QueueHandle } from '../../client/queue-handle.ts';
import type { SigningSecrets } from '../../dispatcher/delivery/request-keys.ts';
import type { NewTask } from '../../domain/task.ts';
import type { TestClock } from '../clock/test-clock.ts';

/** Options of prove. */
export interface ProveOptions {
  /** The queue, in whose database rows and tasks are watched. */
  queue: QueueHandle;
  /** Tasks to add first, one or several. Default: those that are due. */
  tasks?: NewTask | readonly NewTask[];
  /** Secrets that sign the requests, for handlers that verify them, as in DispatcherOptions: `{ default: secret }`. */
  signingKeys?: SigningSecrets | undefined;
  /** The clock of the database, if it was moved. */
  clock?: TestClock;
  /**
   * Columns whose changes do not count: `updated_at` in any table, `orders.updated_at` in one, `orders.*` for a whole
   * table.
   */
  ignore?: readonly string[];
  /**
   * Returns what else the handler may change, to be compared: a list in memory, the names of files, the rows of another
   * database. Any value that structuredClone can copy, or a promise of one.
   */
  observe?: () => unknown;
  /** How much later than the others the late duplicate runs, by this process's `Date`. Default: 1 day. */
  laterBy?: number | string;
  /** Tables of more rows are not compared row by row. Default 10 000. */
  mostRows?: number;
}
