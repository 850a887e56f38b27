// Dispatches: claimed push tasks that a dispatcher is to send.

import type { HttpTarget, HttpTask } from './http-task.ts';

/** One HTTP delivery of a push task. */
export interface Dispatch {
  /** Opaque. */
  id: string;
  queue: string;
  name: string;
  /** Relative URL with its query. */
  url: string;
  method: string;
  /** The task's own headers. */
  headers: Record<string, string>;
  /** null: no body. */
  body: Uint8Array | null;
  /** Name of a target, or an origin. null: the default target. */
  target: string | null;
  namespace: string;
  /**
   * The ETA of this attempt, in microseconds since 1970: a Date would lose the last three digits, and the handler gets
   * all six.
   */
  eta: bigint;
  /** Microseconds since 1970. */
  created: bigint;
  /** Earlier attempts. */
  retryCount: number;
  /** Earlier attempts that got a response. */
  executionCount: number;
  /** Status of the previous attempt; 0: it got no response; null: this is the first attempt. */
  previousResponse: number | null;
  retryReason: string | null;
  /** How many seconds the handler may take. */
  dispatchDeadline: number;
  leaseToken: string;
  /** True: requested by run_task. */
  forced: boolean;
  /** null: a native task. */
  http: HttpTask | null;
  /** Earlier attempts that were answered with anything but 5xx: the execution count of an HTTP task. */
  non5xxExecutionCount: number;
  /** The queue's override for HTTP tasks; null: it has none, or the task is a native one. */
  httpTarget: HttpTarget | null;
}

/** The id of a dispatch and the proof of holding it, with which it is settled. */
export interface LeaseRef {
  id: string;
  leaseToken: string;
}

/** The outcome for a task whose attempt failed; stale: another dispatcher holds it now. */
export interface FailedTask {
  outcome: 'retry' | 'dead' | 'stale';
  /** When it is retried; null if it is not. */
  eta: Date | null;
}
