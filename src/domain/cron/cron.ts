// Cron jobs as the database stores them, and the changes that a cron file makes.

/** A cron job. */
export interface Cron {
  name: string;
  description: string | null;
  url: string | null;
  /** The queue that gets a task for each run. */
  queue: string;
  /** True: a run is a GET request with the header X-AppEngine-Cron; false: a task of the job's own queue. */
  callsUrl: boolean;
  /** For example `every monday 09:00`. */
  schedule: string;
  timezone: string;
  target: string | null;
  /** As in the file; null: failed runs are not retried, or as the queue's settings say. */
  retryParameters: Record<string, number | string> | null;
  attemptDeadline: string | null;
  catchUp: boolean;
  /** The time from which the next run is computed. */
  since: Date;
  /** null: not computed yet, or computed when the current run ends. */
  nextRun: Date | null;
  lastRun: Date | null;
  lastTask: string | null;
  lastResult: 'running' | 'succeeded' | 'failed' | null;
  lastStatus: number | null;
  /** The state of its queue. */
  state: 'running' | 'paused' | 'disabled' | 'no queue';
  problem: string | null;
}

/** One setting that changes. */
export interface CronChange {
  /** null: the queue in which jobs run. */
  cron: string | null;
  change: 'create' | 'change' | 'remove';
  setting: string;
  before: string | null;
  after: string | null;
}

/** Options for applying a cron file. */
export interface ApplyCronsOptions {
  /** Report the changes without making them. */
  dryRun?: boolean;
  /** The result of a dry run: if the changes to make are no longer these, none is made. */
  approved?: readonly CronChange[];
}

/** A job that needs attention: it is due, or its next run must be computed. */
export interface DueCron {
  id: string;
  schedule: string;
  timezone: string;
  since: Date;
  nextRun: Date | null;
  /** True: the last run has not ended. */
  active: boolean;
  /** The time by the database's clock. */
  now: Date;
}

/** The outcome of firing a job. */
export type Fired = 'added' | 'missed' | 'overlapping' | 'early' | 'gone' | 'failed';
