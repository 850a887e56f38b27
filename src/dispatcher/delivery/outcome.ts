// The outcome of an attempt, by App Engine's rule: 200 to 299 is success, everything else is a failure. A handler can
// also say in a header that the task failed for good.

import { TokenUnavailable } from '../../task-tokens/id-token-keys.ts';
import { DatabaseSilent } from '../database/silence.ts';
import { ForbiddenUrl } from './external-urls.ts';
import type { TargetResponse } from './http-exchange.ts';
import { responseText } from './response-text.ts';

/** Why the previous attempt failed, for the handler (X-AppEngine-TaskRetryReason). */
export type RetryReason =
  | 'App Error'
  | 'Permanent Failure'
  | 'Instance Unavailable'
  | 'Connection Error'
  | 'Unknown Target';

export interface Completed {
  kind: 'completed';
  status: number;
}

export interface Failed {
  kind: 'failed';
  /** 0: no response arrived. */
  status: number;
  reason: RetryReason;
  /** True if a complete response of any status arrived in time. */
  responded: boolean;
  /** The beginning of its body, as text. */
  excerpt?: string | undefined;
  /** True if the handler said that the task can never succeed. */
  permanent?: boolean;
  /** The URL that was called; absent: none, or a handler in this process. */
  url?: string | undefined;
  /** Why no response arrived, in words for operators. */
  error?: string;
  /** True if no connection could be made. */
  unreachable?: boolean;
  /**
   * The seconds of a Retry-After header. Those of an HTTP task apply to its queue and host, too.
   */
  retryAfter?: number;
}

/** Claimed but not sent, because its target accepts nothing now. It does not count as an attempt. */
export interface Unsent {
  kind: 'unsent';
  /** When it may be claimed again. */
  delaySeconds: number;
}

export type Outcome = Completed | Failed | Unsent;

/** The handler's response was not complete at the attempt's deadline. */
export class DeadlineExceeded extends Error {
  constructor(seconds: number) {
    super(`no complete response within ${seconds} s`);
    this.name = 'DeadlineExceeded';
  }
}

/** The dispatcher stopped before the handler's response was complete. */
export class DispatcherStopped extends Error {
  constructor() {
    super('the dispatcher was stopped before the response was complete');
    this.name = 'DispatcherStopped';
  }
}

/** The task's queue may have got another leader before the claimed task could be sent. */
export class LeadershipLost extends Error {
  constructor() {
    super('the dispatcher was unresponsive for too long after its claim');
    this.name = 'LeadershipLost';
  }
}

/** The task names a target that neither the dispatcher's options nor taskqueue.targets define. */
export class UnknownTarget extends Error {
  constructor(target: string) {
    super(
      `target "${target}" is not set; set it with taskqueue.set_target('${target}', 'http://…') ` +
        `or pgtaskqueue targets set ${target} http://…`,
    );
    this.name = 'UnknownTarget';
  }
}

/** The target has signing keys, but this process can read none: the request would be sent unsigned. */
export class UnusableKey extends Error {
  constructor(target: string) {
    super(`no signing key of target "${target}" can be read in this process: see taskqueue.keys`);
    this.name = 'UnusableKey';
  }
}

/** The outcome of a response that arrived whole and in time. */
export function outcomeOfResponse({ status, excerpt: body, contentType, permanent }: TargetResponse): Outcome {
  if (status >= 200 && status <= 299 && !permanent) return { kind: 'completed', status };
  const excerpt = body && responseText(body, contentType);
  const failed = { kind: 'failed', status, responded: true, excerpt } as const;
  return permanent ? { ...failed, reason: 'Permanent Failure', permanent } : { ...failed, reason: 'App Error' };
}

/** The outcome of an attempt that got no response: timed out, refused, reset, cut short or malformed. */
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

/** A forbidden address counts as a failed connection instead. */
const NOT_SENDABLE = [UnknownTarget, UnusableKey, ForbiddenUrl, TokenUnavailable];

function reasonOf(error: unknown): RetryReason {
  if (CUT_OFF.some((kind) => error instanceof kind)) return 'Instance Unavailable';
  if (NOT_SENDABLE.some((kind) => error instanceof kind)) return 'Unknown Target';
  return 'Connection Error';
}

/** If several addresses were tried in vain, undici's and Node's errors have a code but no message. */
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
