// When and how often a failed task runs again.

/** App Engine's retry parameters. What is left out is unlimited (the limits) or App Engine's default (the rest). */
export interface RetryParameters {
  /** Retries before the task is given up; pull queues: leases. 0 and up. */
  taskRetryLimit?: number;
  /** Seconds since the first attempt before which a failing task is not given up; above 0. */
  taskAgeLimit?: number;
  /** Seconds before the first retry; 0 and up, default 0.1. */
  minBackoffSeconds?: number;
  /** The longest pause, in seconds; not below the shortest, default 3600. */
  maxBackoffSeconds?: number;
  /** How often the pause doubles before it grows evenly; 0 and up, default 16. */
  maxDoublings?: number;
}
