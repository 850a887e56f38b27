// Tasks: what they are made with, and what there is to see of them.

import type { RetryParameters } from './retry.ts';

/** A value of a form or a query; an array repeats its key. */
export type ParamValue = string | number | boolean | readonly (string | number | boolean)[];

/** What a task is made with. A push task without anything is a POST to `/_ah/queue/<queue>`; a pull task needs a body. */
export interface NewTask {
  /** 1 to 500 letters, digits, `_` and `-`: a second task of this name is refused. Default: generated. Not in a transaction. */
  name?: string;
  /** Path at the target, up to 2083 characters, default `/_ah/queue/<queue>`; or a whole URL, where an operator allowed its host. */
  url?: string;
  /** POST (default), GET, HEAD, PUT, DELETE; PULL for pull queues. */
  method?: string;
  /** Strings by name; App Engine's own and hop-by-hop headers are dropped. */
  headers?: Readonly<Record<string, string>>;
  /** The body: text is sent as UTF-8, bytes as they are. */
  payload?: string | Uint8Array;
  /** The body as JSON, stringified once, when the task is added. */
  json?: unknown;
  /** The body (or, without one, the query) as a form. */
  params?: Readonly<Record<string, ParamValue>> | URLSearchParams | ReadonlyMap<string, ParamValue>;
  /** Earliest start, in seconds from now; up to 2592000. Or: */
  countdown?: number;
  /** Earliest start: a Date, milliseconds since 1970, or RFC 3339 with an offset. Up to 30 days ahead; the past means at once. */
  eta?: Date | number | string;
  /** Name of a target. Default `default`. */
  target?: string;
  /** Label by which pull workers pick; up to 500 bytes. */
  tag?: string;
  /** Label of a tenant, in which its handler runs. Default: the one of `namespaceManager`. Pull tasks have none. */
  namespace?: string;
  /** How long its handler may take, in seconds; 15 … 86400, default 600. */
  dispatchDeadline?: number;
  /** Replaces the queue's whole retry block; what is left out has App Engine's defaults, not the queue's. */
  retryOptions?: RetryParameters;
}

/** Every property of a new task: others are rejected. */
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

/** How tasks are added. */
export interface AddOptions {
  /** True: as part of the open transaction, at most five, unnamed. False: a statement of its own. */
  transactional?: boolean;
  /** False: no NOTIFY, for transactions that are to be prepared; the dispatcher's next poll finds the task. Default true. */
  wake?: boolean | undefined;
  /** Is kept with the task, or not at all. */
  overflow?: Overflow | undefined;
  /** Who adds: the target of tasks that name none. */
  service?: string | undefined;
}

/** What a deferred function is called with, too large for its task. */
export interface Overflow {
  /** A random UUID, which the task's body names. */
  id: string;
  data: Uint8Array;
}

/** A task that was added. */
export interface AddedTask {
  queue: string;
  /** Given or generated. */
  name: string;
  eta: Date;
  created: Date;
}

/** What became of one task of a batch. */
export interface AddResult {
  /** Place in the batch, from 0. */
  index: number;
  name: string;
  /** `exists`: a task has the name; `tombstoned`: a task had it. */
  result: 'added' | 'exists' | 'tombstoned';
  /** Of the task that has the name now; null for a tombstone. */
  eta: Date | null;
  created: Date | null;
}

/** Waits for its ETA, may start, is with a handler, is with a worker, waits for its back-off. */
export type TaskState = 'scheduled' | 'due' | 'dispatched' | 'leased' | 'retrying';

/** What there is to see of a live task. */
export interface TaskStatus {
  queue: string;
  name: string;
  state: TaskState;
  /** When it may next run or be leased; of a held task the end of the lease. */
  eta: Date;
  created: Date;
  method: string;
  url: string | null;
  target: string | null;
  tag: string | null;
  namespace: string | null;
  /** Attempts or leases so far. */
  retryCount: number;
  /** null: nobody holds it. */
  leaseUntil: Date | null;
  /** HTTP status of the last attempt; 0: no answer; null: none was made. */
  lastStatus: number | null;
  /** Bytes: method, URL, headers and body. */
  size: number;
}

/** What there is to see of a task beside its status, live or dead. */
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
  /** Until when it can be put back. */
  expires: Date;
  /** Bytes of its body. */
  size: number;
  /** Why its last attempt got no answer. */
  error: string | null;
  /** The first 1024 bytes of the last answer, for who may read payloads. */
  response: string | null;
}

/** An attempt that is kept: one that failed, or a success after a failure. */
export interface Attempt {
  queue: string;
  /** Of the task. */
  name: string;
  /** From 1. */
  attempt: number;
  started: Date;
  ended: Date;
  seconds: number;
  /** 0: no answer. */
  status: number;
  /** null: success. */
  reason: string | null;
  error: string | null;
  response: string | null;
  /** Host and process. */
  dispatcher: string | null;
}
