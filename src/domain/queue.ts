// Queues: what they are made with, and how they do.

import type { QueueEntry } from './queue-file/queue-config.ts';
import type { RetryParameters } from './retry.ts';

/** push: tasks are sent over HTTP; pull: workers lease them. */
export type QueueMode = 'push' | 'pull';

/** running, paused by a person, or disabled: absent from the queue file. */
export type QueueState = 'running' | 'paused' | 'disabled';

/** What a queue is made with. All of it has defaults; with an update, what is left out stays. */
export interface NewQueue {
  /** Default push. */
  mode?: QueueMode;
  /** Most tasks started per unit of time: a number, `/`, and s, m, h or d. Up to 500/s; default 5/s. */
  rate?: string;
  /** How many tasks may start at once after a quiet time; 0 … 500, default 5. */
  bucketSize?: number;
  /** How many requests may be under way; 1 … 5000, default 1000. */
  maxConcurrentRequests?: number;
  /** Where all tasks of the queue go, whatever they say themselves. */
  target?: string;
  /** When and how often failed tasks run again. */
  retry?: RetryParameters;
  /** How long a used name can't be used again, in seconds; 0 … 31536000 (365 days), default 777600 (nine days). */
  tombstoneTtlSeconds?: number;
  /** Who may use a pull queue: `{ user_email: … }` and `{ writer_email: … }`. */
  acl?: readonly Record<string, string>[];
}

/** A setting in SQL and in queue files. */
interface QueueSetting {
  /** The argument of create_queue and the column of the view. */
  column: string;
  /** The key in queue.yaml; null: a file cannot set it. */
  fileKey: keyof QueueEntry | null;
  /** Whether pull queues are without it. */
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
} as const satisfies Record<keyof NewQueue, QueueSetting>;

/** A queue's settings and state. */
export interface Queue {
  name: string;
  mode: QueueMode;
  /** null for pull queues, like bucketSize and maxConcurrentRequests. */
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
}

/** A queue and how it does. */
export interface QueueStatus extends Queue {
  /** Tasks not yet completed. */
  tasks: number;
  /** null: it has no task. */
  oldestEta: Date | null;
  /** Push: attempts that ended in the last 60 seconds; pull: leases given. */
  executedLastMinute: number;
  /** Tasks held by a dispatcher or a worker now. */
  inFlight: number;
  /** Dispatches a second that are allowed now; null for pull. */
  enforcedRate: number | null;
}

/** How a queue does. */
export interface QueueStatistics {
  queue: string;
  /** Not yet completed; exact to 10 000, an estimate beyond. */
  tasks: number;
  /** null: it has no task. */
  oldestEta: Date | null;
  /** Push: attempts that ended; pull: leases given. */
  executedLastMinute: number;
  executedLastHour: number;
  /** Requests under way; null for pull. */
  inFlight: number | null;
  /** Dispatches a second that are allowed now; null for pull. */
  enforcedRate: number | null;
}

/** A dispatcher that holds tasks of a queue. */
export interface Claimer {
  /** Its number; 0: it told none. */
  claimer: number;
  /** Its requests, at most: so many leases of it are not over. */
  held: number;
  connected: boolean;
}

/** What a dispatcher knows of a queue. A pull queue has no limits: all of them are 0. */
export interface DispatcherQueue {
  id: number;
  name: string;
  mode: QueueMode;
  /** Tasks a second. */
  rate: number;
  bucketSize: number;
  maxConcurrentRequests: number;
  /** False: paused or disabled. */
  running: boolean;
  /** Tasks that other dispatchers hold, alive or dead; undefined: not counted, and neither are `enforcedRate` and `restedSeconds`. */
  others: Claimer[] | undefined;
  /** Tasks a second that are allowed now, by what is on record; null: as many as `rate`. */
  enforcedRate: number | null;
  /** When the queue was made, configured or resumed: what is on record of its enforced rate is younger. Opaque. */
  rateSince: string;
  /** At least so long ago was the last dispatch; null: none is on record. */
  restedSeconds: number | null;
  /** Rows of purged tasks are left to clean. */
  purged: boolean;
}
