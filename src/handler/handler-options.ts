// The options for handlers of tasks.

import type { Logger } from '../runtime/logger.ts';

/** How requests are verified. Without secrets they are not verified, which must be stated: `insecure: true`. */
export interface VerifyOptions {
  /**
   * The secrets that dispatchers sign with: `whsec_…`, `env:NAME` or `file:/path`. For rotation there may be several,
   * in a list or separated by white space; a request that is signed with any of them is genuine.
   */
  secrets?: string | readonly string[] | undefined;
  /** True: requests are trusted unverified. For development, and for handlers that nobody else can reach. */
  insecure?: boolean | undefined;
  /**
   * Most difference between the clocks of dispatcher and handler, plus the time in transit. More than 0, default 300 s.
   */
  toleranceSeconds?: number | undefined;
  /** The prefix that a proxy strips from the path, such as `/api`. Default: none. */
  basePath?: string | undefined;
  /** Larger bodies are rejected unread. Default 1 MiB, ten times the limit of a push task. */
  maxBodyBytes?: number | undefined;
  /** Milliseconds since 1970. For tests. */
  now?: (() => number) | undefined;
}

export interface HandlerOptions extends VerifyOptions {
  /** Receives rejected requests and errors. Default: JSON lines on standard error. */
  logger?: Logger | undefined;
  /**
   * True: the dispatcher is told the stack of an error, too, not only its name and message. Default false. Requests
   * that were not verified get neither.
   */
  errorStack?: boolean | undefined;
}
