// Tasks: their properties when added, and the views of live, dead and attempted tasks.

import type { RetryParameters } from './retry.ts';

/** A value of a form or query; an array repeats its key. */
export type ParamValue = string | number | boolean | readonly (string | number | boolean)[];

/** The properties of a new task. A push task with none is a POST to `/_ah/queue/<queue>`; a pull task needs a body. */
export interface NewTask {
  /**
   * 1 to 500 letters, digits, `_` and `-`: a second task of this name is rejected. Default: generated. Not allowed in a
   * transaction.
   */
  name?: string;
  /**
   * Path at the target, up to 2083 characters, default `/_ah/queue/<queue>`; or an absolute URL, if an operator has
   * allowed its host.
   */
  url?: string;
  /** POST (default), GET, HEAD, PUT, DELETE; PULL for pull queues. */
  method?: string;
  /** Header values by name; App Engine's own and hop-by-hop headers are dropped. */
  headers?: Readonly<Record<string, string>>;
  /** The body: text is sent as UTF-8, bytes unchanged. */
  payload?: string | Uint8Array;
  /** The body as JSON, serialized once, when the task is added. */
  json?: unknown;
  /** The body (or, for methods without a body, the query) as a form. */
  params?: Readonly<Record<string, ParamValue>> | URLSearchParams | ReadonlyMap<string, ParamValue>;
  /** Earliest start, in seconds from now; up to 2592000. Alternative to `eta`. */
  countdown?: number;
  /**
   * Earliest start: a Date, milliseconds since 1970, or RFC 3339 with an offset. Up to 30 days ahead; a past time means
   * now.
   */
  eta?: Date | number | string;
  /** Name of the target. Default `default`. */
  target?: string;
  /** Label by which pull workers select tasks; up to 500 bytes. */
  tag?: string;
  /** Tenant label in which the handler runs. Default: that of `namespaceManager`. Pull tasks have none. */
  namespace?: string;
  /** How long the handler may take, in seconds; 15 … 86400, default 600. */
  dispatchDeadline?: number;
  /** Replaces all of the queue's retry parameters; omitted ones have App Engine's defaults, not the queue's values. */
  retryOptions?: RetryParameters;
}

/** All properties of a new task; others are rejected. */
export const TASK_PROPERTIES: Readonly<Record<keyof NewTask, true>> = {
  name: true,
  url: true,
  method: true,
  headers: true,
  payload: true,
  json: true,
  params: true,
  countdown: true,
  eta: true,
  target: true,
  tag: true,
  namespace: true,
  dispatchDeadline: true,
  retryOptions: true,
};

/** Options for adding tasks. */
export interface AddOptions {
  /** True: as part of the open transaction; at most five tasks, unnamed. False: as a statement of its own. */
  transactional?: boolean;
  /** False skips NOTIFY, as PREPARE TRANSACTION requires; the dispatcher's next poll finds the task. Default true. */
  wake?: boolean | undefined;
  /** Stored together with the task, or not at all. */
  overflow?: Overflow | undefined;
  /** The enqueuing service: the target of tasks that name none. */
  service?: string | undefined;
}

/** The arguments of a deferred call that are too large for its task. */
export interface Overflow {
  /** A random UUID, to which the task's body refers. */
  id: string;
  data: Uint8Array;
}

/** A task that was added. */
export interface AddedTask {
  queue: string;
  /** Given by the enqueuer, or generated. */
  name: string;
  eta: Date;
  created: Date;
}

/** The result for one task of a batch. */
export interface AddResult {
  /** Position in the batch, from 0. */
  index: number;
  name: string;
  /** `exists`: a live task has the name; `tombstoned`: an earlier task had it. */
  result: 'added' | 'exists' | 'tombstoned';
  /** ETA of the task that has the name now; null for a tombstone. */
  eta: Date | null;
  created: Date | null;
}

/** In this order: waits for its ETA, may start, is with a handler, is with a worker, waits for a retry. */
export type TaskState = 'scheduled' | 'due' | 'dispatched' | 'leased' | 'retrying';

/** A live task, without its body. */
export interface TaskStatus {
  queue: string;
  name: string;
  state: TaskState;
  /** When it may next run or be leased; for a held task, when the lease expires. */
  eta: Date;
  created: Date;
  method: string;
  url: string | null;
  target: string | null;
  tag: string | null;
  namespace: string | null;
  /** Number of attempts or leases so far. */
  retryCount: number;
  /** null: the task is not leased. */
  leaseUntil: Date | null;
  /** HTTP status of the last attempt; 0: no response; null: no attempt was made. */
  lastStatus: number | null;
  /** Size of method, URL, headers and body, in bytes. */
  size: number;
}

/** The details of a live or dead task that its status omits. */
export interface TaskDetails {
  /** As they are sent, the content type included; null for a pull task. */
  headers: Readonly<Record<string, string>> | null;
  /** Seconds its handler has; null for a pull task. */
  dispatchDeadline: number | null;
  /** The retry parameters in force. */
  retryOptions: RetryParameters;
  /** Whether they are the task's own, and not the queue's. */
  ownRetryOptions: boolean;
  /** null: it has not been tried, or is a pull task. */
  firstAttempt: Date | null;
}

/** A task that ran out of retries. */
export interface DeadTask {
  queue: string;
  name: string;
  died: Date;
  reason: string;
  retryCount: number;
  lastStatus: number | null;
  method: string;
  url: string | null;
  target: string | null;
  tag: string | null;
  namespace: string | null;
  created: Date;
  firstAttempt: Date | null;
  /** Until when it can be requeued. */
  expires: Date;
  /** Size of its body, in bytes. */
  size: number;
  /** Why its last attempt got no response. */
  error: string | null;
  /** The first 1024 bytes of the last response; only for roles that may read payloads. */
  response: string | null;
  /** When its notice was added (`onDead` of the queue); null: not yet, or the queue has none. */
  noticed: Date | null;
  /** Why the notice could not be added. */
  noticeError: string | null;
}

/** How a task ended, as far as the database still knows. */
export interface TaskOutcome {
  /**
   * - `waiting`: it has not ended.
   * - `completed`: it succeeded, and its queue keeps completed tasks.
   * - `dead`: it ran out of retries.
   * - `ended`: it was completed or deleted, and its name cannot be reused yet.
   * - `gone`: a generated name whose task has ended, or was never committed.
   * - `unknown`: there never was such a task, as far as is known.
   */
  outcome: 'waiting' | 'completed' | 'dead' | 'ended' | 'gone' | 'unknown';
  ended: Date | null;
  /** Number of attempts or leases. */
  attempts: number | null;
  /** Why it died. */
  reason: string | null;
  /** The last error of a dead task, or the response of its handler. */
  error: string | null;
}

/** A completed task, of a queue that keeps them. */
export interface CompletedTask {
  queue: string;
  name: string;
  tag: string | null;
  created: Date;
  /** null: a pull task. */
  firstAttempt: Date | null;
  completed: Date;
  /** Number of attempts or leases, the last one included. */
  attempts: number;
  url: string | null;
  target: string | null;
  namespace: string;
  /** When it will be forgotten. */
  expires: Date;
}

/** A recorded attempt: a failure, or a success after a failure. */
export interface Attempt {
  queue: string;
  /** The task's name. */
  name: string;
  /** From 1. */
  attempt: number;
  started: Date;
  ended: Date;
  seconds: number;
  /** 0: no response. */
  status: number;
  /** null: success. */
  reason: string | null;
  error: string | null;
  response: string | null;
  /** Host and process; null for a pull task. */
  dispatcher: string | null;
  /** The URL that was called; null: none, or a handler in the dispatcher's process. */
  url: string | null;
}
