// What handlers are told about their tasks' requests.

import type { Logger } from '../runtime/logger.ts';

/** How requests are proven to be tasks. Without secrets there is none, and that has to be said: `insecure: true`. */
export interface VerifyOptions {
  /**
   * What the dispatcher signs with: `whsec_…`, `env:NAME` or `file:/path`. Several, in a list or separated by white space, while secrets are
   * rotated; a request that any of them signed is genuine.
   */
  secrets?: string | readonly string[] | undefined;
  /** True: requests are believed as they are. For development, and for handlers that no one else can reach. */
  insecure?: boolean | undefined;
  /** How far the clocks of dispatcher and handler, and the way between them, may part. More than 0, default 300 s. */
  toleranceSeconds?: number | undefined;
  /** What a proxy took off the path on its way here, such as `/api`. Default: nothing. */
  basePath?: string | undefined;
  /** Larger bodies are refused unread. Default 1 MiB, ten times what a push task has. */
  maxBodyBytes?: number | undefined;
  /** Milliseconds since 1970. For tests. */
  now?: (() => number) | undefined;
}

export interface HandlerOptions extends VerifyOptions {
  /** Told of refused requests and of errors. Default: JSON lines on standard error. */
  logger?: Logger | undefined;
}
