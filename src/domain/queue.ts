// Queues: their settings, state and statistics.

import type { QueueEntry } from './queue-file/queue-config.ts';
import type { RetryParameters } from './retry.ts';

/** push: a dispatcher sends the tasks over HTTP; pull: workers lease them. */
export type QueueMode = 'push' | 'pull';

/** running, paused by an operator, or disabled: absent from the queue file. */
export type QueueState = 'running' | 'paused' | 'disabled';

/**
 * How a queue is: its state or, while it is running, the first that applies of
 *
 * - no dispatcher: no dispatcher leads this push queue
 * - no target: most attempts of the last minute had no target, or the tasks that wait had none the last time
 * - failing: most attempts of the last minute failed: of five or more, or all
 * - backing off: it has tasks, and all that would be due wait for their back-off
 * - lowered: the enforced rate is below the configured one
 */
export type QueueCondition = QueueState | 'no dispatcher' | 'no target' | 'failing' | 'backing off' | 'lowered';

/** Recent figures of a queue. */
export interface QueueFigures {
  /** Push: attempts that succeeded in the last 60 seconds; pull: leased tasks that were deleted. */
  succeededLastMinute: number;
  /** Push: attempts that failed in the last 60 seconds; pull: leases that ended with an error or expired. */
  failedLastMinute: number;
  /** Tasks that used up their retries in the last 60 seconds. */
  deadLastMinute: number;
  /** Tasks that wait although they are due, up to 100. */
  due: number;
  /** Tasks for later: planned, or backing off; up to 100. */
  scheduled: number;
  /** The earliest due time of the tasks that wait although they are due; null: there is none. */
  oldestDue: Date | null;
}

/** The settings of a queue. All have defaults when a queue is created; an update keeps omitted settings. */
export interface NewQueue {
  /** Default push. */
  mode?: QueueMode;
  /** Maximum number of tasks started per unit of time: a number, `/`, and s, m, h or d. Up to 500/s; default 5/s. */
  rate?: string;
  /** How many tasks may start at the same time after a quiet time; 0 … 500, default 5. */
  bucketSize?: number;
  /** Maximum number of concurrent requests; 1 … 5000, default 1000. */
  maxConcurrentRequests?: number;
  /** The target of all tasks of the queue, which overrides their own. */
  target?: string;
  /** When and how often failed tasks run again. */
  retry?: RetryParameters;
  /** How long a task's name cannot be reused, in seconds; 0 … 31536000 (365 days), default 777600 (nine days). */
  tombstoneTtlSeconds?: number;
  /** Who may use a pull queue: `{ user_email: … }` and `{ writer_email: … }`. */
  acl?: readonly Record<string, string>[];
  /** How long dead tasks are kept, in seconds; 0 … 31536000 (365 days), default 604800 (seven days). */
  deadRetentionSeconds?: number;
  /** How long recorded attempts are kept, in seconds; likewise. */
  attemptRetentionSeconds?: number;
  /**
   * The completed tasks to keep: `none`, the default; `failures`, those that had failed before; `all`; or a random
   * share, such as `10%`.
   */
  keepCompleted?: string;
  /** How long completed tasks are kept, in seconds; 0 … 31536000, default 604800. */
  completedRetentionSeconds?: number;
  /** Where a task is added for each task that dies, with its name and its error; `{}`: nowhere, the default. */
  onDead?: DeathNotices;
}

/** Where death notices are added. */
export interface DeathNotices {
  queue?: string;
  /** Path of the handler, for a push queue. */
  url?: string;
}

/** A setting in SQL and in queue files. */
interface QueueSetting {
  /** The argument of create_queue and the column of the view. */
  column: string;
  /** The key in queue.yaml; null: a file cannot set it. */
  fileKey: keyof QueueEntry | null;
  /** Whether only push queues have it. */
  pushOnly: boolean;
}

/** Every setting of a queue, in the order of a queue file. The database has the same list, _queue_keys. */
export const QUEUE_SETTINGS = {
  mode: { column: 'mode', fileKey: 'mode', pushOnly: false },
  rate: { column: 'rate', fileKey: 'rate', pushOnly: true },
  bucketSize: { column: 'bucket_size', fileKey: 'bucket_size', pushOnly: true },
  maxConcurrentRequests: {
    column: 'max_concurrent_requests',
    fileKey: 'max_concurrent_requests',
    pushOnly: true,
  },
  target: { column: 'target', fileKey: 'target', pushOnly: true },
  retry: { column: 'retry', fileKey: 'retry_parameters', pushOnly: false },
  acl: { column: 'acl', fileKey: 'acl', pushOnly: false },
  tombstoneTtlSeconds: { column: 'tombstone_ttl', fileKey: null, pushOnly: false },
  deadRetentionSeconds: { column: 'dead_retention', fileKey: 'dead_retention', pushOnly: false },
  attemptRetentionSeconds: { column: 'attempt_retention', fileKey: 'attempt_retention', pushOnly: false },
  keepCompleted: { column: 'keep_completed', fileKey: 'keep_completed', pushOnly: false },
  completedRetentionSeconds: { column: 'completed_retention', fileKey: 'completed_retention', pushOnly: false },
  onDead: { column: 'on_dead', fileKey: 'on_dead', pushOnly: false },
} as const satisfies Record<keyof NewQueue, QueueSetting>;

/** A queue's settings and state. */
export interface Queue {
  name: string;
  mode: QueueMode;
  /** null for pull queues, as are bucketSize and maxConcurrentRequests. */
  rate: string | null;
  bucketSize: number | null;
  maxConcurrentRequests: number | null;
  target: string | null;
  retry: RetryParameters;
  tombstoneTtlSeconds: number;
  acl: readonly Record<string, string>[] | null;
  state: QueueState;
  pausedReason: string | null;
  pausedUntil: Date | null;
  created: Date;
  deadRetentionSeconds: number;
  attemptRetentionSeconds: number;
  keepCompleted: string;
  completedRetentionSeconds: number;
  /** null: nowhere. */
  onDead: DeathNotices | null;
}

/** A queue and its statistics. */
export interface QueueStatus extends Queue, QueueFigures {
  condition: QueueCondition;
  /** Number of tasks not yet completed. */
  tasks: number;
  /** null: the queue is empty. */
  oldestEta: Date | null;
  /** Push: attempts that ended in the last 60 seconds; pull: leases granted. */
  executedLastMinute: number;
  /** Number of tasks held by dispatchers or workers now. */
  inFlight: number;
  /** Dispatches per second that are allowed now; null for pull queues. */
  enforcedRate: number | null;
}

/** Statistics of a queue. */
export interface QueueStatistics extends QueueFigures {
  /** null: there is no such queue. */
  condition: QueueCondition | null;
  queue: string;
  /** Number of tasks not yet completed; exact up to 10 000, an estimate beyond. */
  tasks: number;
  /** null: the queue is empty. */
  oldestEta: Date | null;
  /** Push: attempts that ended; pull: leases granted. */
  executedLastMinute: number;
  executedLastHour: number;
  /** Number of requests in flight; null for pull queues. */
  inFlight: number | null;
  /** Dispatches per second that are allowed now; null for pull queues. */
  enforcedRate: number | null;
}

/** A dispatcher that holds tasks of a queue. */
export interface Claimer {
  /** The dispatcher's number; 0: it gave none. */
  claimer: number;
  /** Upper bound of its requests in flight: the number of its leases that have not ended. */
  held: number;
  connected: boolean;
}

/** A queue as a dispatcher sees it. Pull queues have no limits: all are 0. */
export interface DispatcherQueue {
  id: number;
  name: string;
  mode: QueueMode;
  /** Tasks per second. */
  rate: number;
  bucketSize: number;
  maxConcurrentRequests: number;
  /** False: paused or disabled. */
  running: boolean;
  /**
   * Tasks held by other dispatchers, alive or dead; undefined: not counted, as `enforcedRate` and `restedSeconds` are
   * not then.
   */
  others: Claimer[] | undefined;
  /** Tasks per second that are allowed now, as last recorded; null: the same as `rate`. */
  enforcedRate: number | null;
  /** When the queue was created, configured or resumed: older records of its enforced rate do not count. Opaque. */
  rateSince: string;
  /** Lower bound of the time since the last dispatch; null: none is recorded. */
  restedSeconds: number | null;
  /** True: rows of purged tasks remain to be cleaned up. */
  purged: boolean;
}
