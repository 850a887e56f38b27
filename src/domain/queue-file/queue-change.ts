// What applying a queue file does.

/** One setting that changes. */
export interface QueueChange {
  /** null: a setting of all queues together. */
  queue: string | null;
  /** adopt: the queue was made through the API, and belongs to the file from now on; that alone is no difference. */
  change: 'create' | 'change' | 'pause' | 'resume' | 'disable' | 'adopt';
  /** Such as rate or task_retry_limit; state where a queue is paused, resumed or disabled. */
  setting: string;
  before: string | null;
  after: string | null;
}

/** How a queue file is applied. */
export interface ApplyOptions {
  /** Say what would be done, and do nothing. */
  dryRun?: boolean;
  /** What a dry run answered: when there is something else to do by now, nothing is done. */
  approved?: readonly QueueChange[];
  /** Disable queues that the file does not list even if they were made through the API. */
  disableAll?: boolean;
}
