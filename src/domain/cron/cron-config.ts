// What a cron file says, in its own words.

/** A job. */
export interface CronEntry {
  /** What it is called; default: made of its URL. */
  name?: string;
  /** The path that is requested; with a queue, the path of its tasks. */
  url?: string;
  /** The queue that each run adds a task to, in place of a request to the URL. */
  queue?: string;
  /** Body of that task. */
  payload?: string;
  /** Tag of that task, in a pull queue. */
  tag?: string;
  /** Such as `every monday 09:00`. */
  schedule: string;
  /** Name of the tz database; default UTC. */
  timezone?: string;
  description?: string;
  /** Default: the default target. */
  target?: string;
  /** Such as 15.1s. */
  attempt_deadline?: string;
  /** Whether a run that was missed while no server ran is made up for, once; default: no. */
  catch_up?: boolean;
  /** Missing: a run that failed is not tried again. Present, if empty: it is, by the defaults. */
  retry_parameters?: CronRetry;
}

/** When and how often a run that failed is tried again. */
export interface CronRetry {
  /** 0 … 5, default 5. */
  job_retry_limit?: number;
  /** Such as 2h; with both limits both have to be reached. Default: none. */
  job_age_limit?: string;
  /** Default 0.1. */
  min_backoff_seconds?: number;
  /** Default 3600. */
  max_backoff_seconds?: number;
  /** Default 16. */
  max_doublings?: number;
}

/** A cron file: all jobs there are. */
export interface CronConfig {
  cron: readonly CronEntry[];
}
