// What a queue file says, in its own words: the object that queue.yaml is when it is read as JSON.

/** A queue as a file declares it. */
export interface QueueEntry {
  /** 1 to 100 letters, digits or hyphens. */
  name: string;
  /** Default push. */
  mode?: 'push' | 'pull';
  /** A push queue needs one, but for `default`: 5/s. */
  rate?: string;
  /** Default 5. */
  bucket_size?: number;
  /** Default 1000; kept within 1 … 5000. */
  max_concurrent_requests?: number;
  target?: string;
  retry_parameters?: QueueEntryRetry;
  /** Pull queues. */
  acl?: readonly ({ user_email: string } | { writer_email: string })[];
}

/** When and how often a failed task runs again; pull queues have task_retry_limit only. */
export interface QueueEntryRetry {
  task_retry_limit?: number;
  /** Such as 2d. */
  task_age_limit?: string;
  min_backoff_seconds?: number;
  max_backoff_seconds?: number;
  max_doublings?: number;
}

/** A queue file. It is definitive: what it leaves out has its default, and queues of an earlier file that it leaves out are disabled. */
export interface QueueConfig {
  /** Ignored. */
  application?: string;
  /** Bytes of all tasks together, such as 120M; default: no limit. */
  total_storage_limit?: string;
  /** False: paused and disabled queues stay as they are. Default true: those in the file are resumed. */
  resume_paused_queues?: boolean;
  queue?: readonly QueueEntry[];
}
