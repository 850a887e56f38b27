// Tasks and queues as the Cloud Tasks API has them. Moments are microseconds since 1970, which a Date would round.

import type { HttpTarget, HttpTask } from './http-task.ts';
import type { QueueMode, QueueState } from './queue.ts';
import type { RetryParameters } from './retry.ts';

/** The parent of queues. */
export interface CloudParent {
  project: string;
  location: string;
}

/** A new task: an HTTP task if it has `http`, a pull task if its method is PULL, otherwise an App Engine task. */
export interface NewCloudTask {
  /** undefined: a name is generated. */
  name?: string | undefined;
  http?: HttpTask | undefined;
  /** Origin of an HTTP task, normalized; target of an App Engine task. null: the default target. */
  target: string | null;
  /** Path and query: normalized for an HTTP task, '' for a pull task. */
  url: string;
  method: string;
  /** As they are sent and shown, with their spelling. */
  headers: Record<string, string>;
  /** null: no body. */
  body: Uint8Array | null;
  /** undefined: now. */
  scheduleTime?: bigint | undefined;
  /** undefined: the default. */
  dispatchDeadlineSeconds?: number | undefined;
  /** Replaces the queue's. */
  retry?: RetryParameters | undefined;
  /** Of a pull task. */
  tag?: string | undefined;
}

/** A stored task. */
export interface CloudTask {
  name: string;
  http: HttpTask | null;
  target: string | null;
  /** '' for a pull task. */
  url: string;
  /** PULL for a pull task, which is leased instead of sent. */
  method: string;
  tag: string | null;
  headers: Record<string, string>;
  /** undefined: not requested; null: the task has none. */
  body: Uint8Array | null | undefined;
  /** The size of the body; null: the task has none. */
  bodyBytes: number | null;
  /** When it is due, or the end of its back-off or lease. */
  scheduleTime: bigint;
  created: bigint;
  /** null: the default. */
  dispatchDeadlineSeconds: number | null;
  retry: RetryParameters | null;
  dispatchCount: number;
  responseCount: number;
  firstAttempt: bigint | null;
  /** The attempt under way, or the last one; null: it was never dispatched. */
  lastAttempt: CloudAttempt | null;
}

export interface CloudAttempt {
  scheduleTime: bigint;
  dispatchTime: bigint;
  /** null: not yet, or never, answered. */
  responseTime: bigint | null;
  /** HTTP status; 0: no answer; null: it is under way. */
  status: number | null;
}

/** A queue. */
export interface CloudQueue {
  name: string;
  mode: QueueMode;
  /** null: it was not created through the API, and is visible under every parent. */
  parent: CloudParent | null;
  /** null for a pull queue, as are bucketSize and maxConcurrentRequests. */
  ratePerSecond: number | null;
  bucketSize: number | null;
  maxConcurrentRequests: number | null;
  retry: RetryParameters;
  /** Target of its App Engine tasks. */
  target: string | null;
  state: QueueState;
  purgeTime: bigint | null;
  httpTarget: HttpTarget | null;
  loggingRatio: number | null;
  tombstoneTtlSeconds: number;
}

/** Settings of a queue; null or absent: the default of the API. */
export interface CloudQueueSettings {
  /** Above 0, up to 500; default 500. */
  ratePerSecond?: number | null;
  /** 1 … 5000, default 1000. */
  maxConcurrentRequests?: number | null;
  /** Default 99, that is 100 attempts; Infinity: no limit. */
  taskRetryLimit?: number | null;
  /** Seconds; default: no limit. */
  taskAgeLimit?: number | null;
  /** Default 0.1. */
  minBackoffSeconds?: number | null;
  /** Default 3600. */
  maxBackoffSeconds?: number | null;
  /** Default 16. */
  maxDoublings?: number | null;
  target?: string | null;
  httpTarget?: HttpTarget | null;
  /** 0 … 1. */
  loggingRatio?: number | null;
  /** How long the name of a task that has ended stays taken; default 3600. */
  tombstoneTtlSeconds?: number | null;
}

/** A setting, or a part of the override for HTTP tasks, the only one that is stored as a whole. */
export type CloudQueueField = keyof CloudQueueSettings | `httpTarget.${string}`;
