// Retry parameters: when and how often a failed task runs again.

/** App Engine's retry parameters. Omitted limits are unlimited; other omitted parameters have App Engine's defaults. */
export interface RetryParameters {
  /** Retries before the task becomes dead; for pull queues, leases. 0 or more. */
  taskRetryLimit?: number;
  /** Seconds since the first attempt during which a failing task does not become dead; above 0. */
  taskAgeLimit?: number;
  /** Seconds before the first retry; 0 or more, default 0.1. */
  minBackoffSeconds?: number;
  /** The longest pause, in seconds; at least minBackoffSeconds, default 3600. */
  maxBackoffSeconds?: number;
  /** How often the pause doubles before it grows linearly; 0 or more, default 16. */
  maxDoublings?: number;
}
