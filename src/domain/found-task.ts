// Finding tasks among many, by bounded scans.

import type { DeadTask, TaskState, TaskStatus } from './task.ts';

/** Which tasks to find; a task must match all keys. An empty filter stands for all tasks. */
export interface TaskFilter {
  /** The whole name: found immediately. */
  name?: string;
  name_prefix?: string;
  state?: TaskState;
  /** A part of the URL. */
  url?: string;
  tag?: string;
  target?: string;
  method?: string;
  min_attempts?: number;
  max_attempts?: number;
  /** Of the last answer; 0: there was none. */
  min_status?: number;
  max_status?: number;
  /** Seconds since it was added. */
  min_age?: number;
  max_age?: number;
}

/** A live task with its last attempts. */
export interface FoundTask extends TaskStatus {
  /** Statuses of its last recorded attempts, at most 12, the latest last; 0: no answer. */
  statuses: readonly number[];
  /** Duration of the last one; null: none is recorded. */
  seconds: number | null;
}

/** A page of rows, and how far the scan came. */
export interface FoundPage<Row> {
  rows: readonly Row[];
  /** How many rows were looked at. */
  lookedAt: number;
  /** Where the next page begins; null: there is none. */
  position: string | null;
}

export interface TaskCount {
  tasks: number;
  lookedAt: number;
  /** Where the count stopped; null: the count is exact. Otherwise there are at least this many. */
  position: string | null;
}

/** The used name of a task that has ended. */
export interface Tombstone {
  queue: string;
  name: string;
  ended: Date;
  /** When the name is free again. */
  expires: Date;
}

export interface ListedDeadTask extends DeadTask {
  /** The position of a page that begins after it. */
  position: string;
}
