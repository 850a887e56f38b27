// The contents of a queue file, with its own key names: queue.yaml read as JSON.

/** A queue as a file declares it. */
export interface QueueEntry {
  /** 1 to 100 letters, digits or hyphens. */
  name: string;
  /** Default push. */
  mode?: 'push' | 'pull';
  /** Required for push queues, except `default`, whose default is 5/s. */
  rate?: string;
  /** Default 5. */
  bucket_size?: number;
  /** Default 1000; clamped to 1 … 5000. */
  max_concurrent_requests?: number;
  target?: string;
  retry_parameters?: QueueEntryRetry;
  /** Pull queues only. */
  acl?: readonly ({ user_email: string } | { writer_email: string })[];
  /** For example 7d, the default, to 365d; likewise the other retentions. */
  dead_retention?: string;
  attempt_retention?: string;
  /** none, the default; failures; all; or a share such as 10%. */
  keep_completed?: string;
  completed_retention?: string;
  on_dead?: DeathNoticesEntry;
}

/** Where a task is added for each task that dies. */
export interface DeathNoticesEntry {
  queue?: string;
  url?: string;
}

/** When and how often a failed task runs again; pull queues accept only task_retry_limit. */
export interface QueueEntryRetry {
  task_retry_limit?: number;
  /** For example 2d. */
  task_age_limit?: string;
  min_backoff_seconds?: number;
  max_backoff_seconds?: number;
  max_doublings?: number;
}

/**
 * A queue file. It is definitive: omitted settings have their defaults, and omitted queues of an earlier file are
 * disabled.
 */
export interface QueueConfig {
  /** Ignored. */
  application?: string;
  /** Maximum size of all tasks together, for example 120M; default: no limit. */
  total_storage_limit?: string;
  /** True, the default, resumes the paused and disabled queues of the file; false leaves them as they are. */
  resume_paused_queues?: boolean;
  queue?: readonly QueueEntry[];
}
