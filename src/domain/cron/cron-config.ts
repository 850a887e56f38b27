// The contents of a cron file, with its own key names.

/** A job of a cron file. */
export interface CronEntry {
  /** Its name; default: derived from its URL. */
  name?: string;
  /** The path that is requested; with `queue`, the path of its tasks. */
  url?: string;
  /** The queue that each run adds a task to, instead of requesting the URL. */
  queue?: string;
  /** Body of that task. */
  payload?: string;
  /** Tag of that task, in a pull queue. */
  tag?: string;
  /** For example `every monday 09:00`. */
  schedule: string;
  /** A name from the tz database; default UTC. */
  timezone?: string;
  description?: string;
  /** Default: the target `default`. */
  target?: string;
  /** For example 15.1s. */
  attempt_deadline?: string;
  /** Whether one run makes up for those missed while no server was running; default: no. */
  catch_up?: boolean;
  /** If missing, failed runs are not retried; if empty, they are retried with the defaults. */
  retry_parameters?: CronRetry;
}

/** When and how often a failed run is retried. */
export interface CronRetry {
  /** 0 … 5, default 5. */
  job_retry_limit?: number;
  /** For example 2h; if both limits are set, both must be reached. Default: none. */
  job_age_limit?: string;
  /** Default 0.1. */
  min_backoff_seconds?: number;
  /** Default 3600. */
  max_backoff_seconds?: number;
  /** Default 16. */
  max_doublings?: number;
}

/** A cron file, which lists all jobs. */
export interface CronConfig {
  cron: readonly CronEntry[];
}
