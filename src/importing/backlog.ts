// The backlog of another queue: jobs that wait there. Nothing is changed there, so an import can be repeated.

/** A job that waits. */
export interface WaitingJob {
  /** Its queue or task identifier, as the other library names it. */
  queue: string;
  /** Unique in its library; becomes part of the task's name. */
  id: string;
  /** JSON text. */
  payload: string;
  /** When it may start, in milliseconds since 1970; undefined: now. */
  startsAt?: number | undefined;
  /** The kind of job within its queue, where the library has one: becomes the task's tag. */
  kind?: string | undefined;
}

/** Where jobs are imported from. */
export interface Backlog {
  /** Begins the names of the tasks, such as `pgboss`. */
  readonly prefix: string;
  /** The jobs that wait, oldest first, in pages. All of them are of one moment where the store has snapshots. */
  pages(): AsyncIterable<readonly WaitingJob[]>;
  /** The number of jobs that are being worked on now, by queue. They are not imported. */
  active(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export const ROWS_PER_PAGE = 1_000;
