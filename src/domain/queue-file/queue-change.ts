// The changes that a queue file makes.

/** One setting that changes. */
export interface QueueChange {
  /** null: a setting for all queues together. */
  queue: string | null;
  /**
   * adopt: the queue was created through the API and now belongs to the file; this alone does not count as a
   * difference.
   */
  change: 'create' | 'change' | 'pause' | 'resume' | 'disable' | 'adopt';
  /** For example rate or task_retry_limit; `state` if a queue is paused, resumed or disabled. */
  setting: string;
  before: string | null;
  after: string | null;
}

/** Options for applying a queue file. */
export interface ApplyOptions {
  /** Report the changes without making them. */
  dryRun?: boolean;
  /** The result of a dry run: if the changes to make are no longer these, none is made. */
  approved?: readonly QueueChange[];
  /** Disable queues that the file does not list even if they were created through the API. */
  disableAll?: boolean;
}
