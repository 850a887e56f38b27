// What became of an attempt, by App Engine's rule: 200 to 299 is success, everything else is a failure.

import { DatabaseSilent } from '../database/silence.ts';
import { ForbiddenUrl } from './external-urls.ts';
import type { TargetResponse } from './http-exchange.ts';

/** Why the attempt before failed, as the next one tells its handler (X-AppEngine-TaskRetryReason). */
export type RetryReason = 'App Error' | 'Instance Unavailable' | 'Connection Error' | 'Unknown Target';

export interface Completed {
  kind: 'completed';
  status: number;
}

export interface Failed {
  kind: 'failed';
  /** 0: no response came. */
  status: number;
  reason: RetryReason;
  /** A response of any status came in time. */
  responded: boolean;
  /** The first bytes of its body. */
  excerpt?: Uint8Array | undefined;
  /** Why no response came, in words for operators. */
  error?: string;
  /** No connection could be made: nobody is there. */
  unreachable?: boolean;
  /** So many seconds the target wants to be left alone. Of an HTTP target the queue leaves its host alone; else it is for this task. */
  retryAfter?: number;
}

/** Claimed and not sent: its target takes none now. No attempt. */
export interface Unsent {
  kind: 'unsent';
  /** When it may be claimed again. */
  delaySeconds: number;
}

export type Outcome = Completed | Failed | Unsent;

/** The handler's response was not complete when the attempt's time was over. */
export class DeadlineExceeded extends Error {
  constructor(seconds: number) {
    super(`no complete response within ${seconds} s`);
    this.name = 'DeadlineExceeded';
  }
}

/** The dispatcher was stopped, and the handler's response took longer than the stop waits. */
export class DispatcherStopped extends Error {
  constructor() {
    super('the dispatcher was stopped before the response was complete');
    this.name = 'DispatcherStopped';
  }
}

/** The task was claimed, and before it could be sent its queue may have got another leader. */
export class LeadershipLost extends Error {
  constructor() {
    super('the dispatcher was away for too long after its claim');
    this.name = 'LeadershipLost';
  }
}

/** The task names a target that neither the dispatcher's options nor taskqueue.targets know. */
export class UnknownTarget extends Error {
  constructor(target: string) {
    super(`no target "${target}": add it with taskqueue.set_target('${target}', 'http://…')`);
    this.name = 'UnknownTarget';
  }
}

/** The target has signing keys, and none can be read here: the request would go out unsigned. */
export class UnusableKey extends Error {
  constructor(target: string) {
    super(`no signing key of target "${target}" can be read in this process: see taskqueue.keys`);
    this.name = 'UnusableKey';
  }
}

/** The outcome of a response that arrived whole and in time. */
export function outcomeOfResponse({ status, excerpt }: TargetResponse): Outcome {
  if (status >= 200 && status <= 299) return { kind: 'completed', status };
  return { kind: 'failed', status, reason: 'App Error', responded: true, excerpt };
}

/** The outcome of an attempt that got no response: too late, refused, reset, cut short, unintelligible. */
export function outcomeOfError(error: unknown): Failed {
  const failed: Failed = {
    kind: 'failed',
    status: 0,
    reason: reasonOf(error),
    responded: false,
    error: inWords(error),
  };
  return isUnreachable(error) ? { ...failed, unreachable: true } : failed;
}

const CUT_OFF = [DeadlineExceeded, DispatcherStopped, DatabaseSilent, LeadershipLost];

function reasonOf(error: unknown): RetryReason {
  if (CUT_OFF.some((kind) => error instanceof kind)) return 'Instance Unavailable';
  if (isNowhere(error)) return 'Unknown Target';
  return 'Connection Error';
}

/** There was nowhere to send it to. A forbidden address is the cause of a failed connection. */
function isNowhere(error: unknown): boolean {
  return error instanceof UnknownTarget || error instanceof UnusableKey || error instanceof ForbiddenUrl;
}

/** Of several addresses that were tried in vain, undici and Node say nothing but a code. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isUnreachable(error: unknown): boolean {
  return NO_CONNECTION.has(String((error as { code?: unknown }).code));
}
