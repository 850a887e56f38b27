// A cron entry as the database has it, and what applying a cron file does.

/** A cron entry. */
export interface Cron {
  name: string;
  description: string | null;
  url: string | null;
  /** Each run is a task of this queue. */
  queue: string;
  /** A run is a GET request with the header X-AppEngine-Cron; else a task of the entry's own queue. */
  callsUrl: boolean;
  /** Such as `every monday 09:00`. */
  schedule: string;
  timezone: string;
  target: string | null;
  /** As in the file; null: a run that failed is not tried again, or as the queue says. */
  retryParameters: Record<string, number | string> | null;
  attemptDeadline: string | null;
  catchUp: boolean;
  /** From which the next run is counted. */
  since: Date;
  /** null: not worked out yet, or counted from the end of the run that is under way. */
  nextRun: Date | null;
  lastRun: Date | null;
  lastTask: string | null;
  lastResult: 'running' | 'succeeded' | 'failed' | null;
  lastStatus: number | null;
  /** Of its queue. */
  state: 'running' | 'paused' | 'disabled' | 'no queue';
  problem: string | null;
}

/** One setting that changes. */
export interface CronChange {
  /** null: the queue that entries run in. */
  cron: string | null;
  change: 'create' | 'change' | 'remove';
  setting: string;
  before: string | null;
  after: string | null;
}

/** How a cron file is applied. */
export interface ApplyCronsOptions {
  /** Say what would be done, and do nothing. */
  dryRun?: boolean;
  /** What a dry run answered: when there is something else to do by now, nothing is done. */
  approved?: readonly CronChange[];
}

/** An entry that has something to be done: it is due, or its next run has to be worked out. */
export interface DueCron {
  id: string;
  schedule: string;
  timezone: string;
  since: Date;
  nextRun: Date | null;
  /** The last run is under way. */
  active: boolean;
  /** By the database's clock. */
  now: Date;
}

/** What became of an entry's moment. */
export type Fired = 'added' | 'missed' | 'overlapping' | 'early' | 'gone' | 'failed';
