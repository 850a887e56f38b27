// What a dispatcher can be told.

import type { ConnectionSource } from '../postgres/connection-settings.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { SigningSecrets } from './delivery/request-keys.ts';
import type { DispatcherTarget } from './delivery/targets.ts';

/** What differs while an application is being developed. Left out: as in production. */
export interface DevelopmentOptions {
  /** False: tasks wait until someone has them run (run_task). */
  autoRun?: boolean;
  /** True: rates and buckets are not looked at, those of 0 neither. */
  ignoreRates?: boolean;
  /** False: a task that fails is dead. */
  retries?: boolean;
}

export interface DispatcherOptions {
  /**
   * Connection string or pg settings. Direct, not through a pooler in transaction mode: leadership and LISTEN need sessions of their own.
   * A dispatcher holds three of them and up to four for settling.
   */
  database: ConnectionSource;
  /**
   * Names of targets to base URLs or fetch functions; they come before those in `taskqueue.targets`. A name may be a pattern, and a
   * pattern's URL may hold the name: `{ default: app.fetch, 'billing': 'http://billing:8080', '*': 'http://{target}.internal' }`.
   */
  targets?: Record<string, DispatcherTarget>;
  /**
   * Names (or patterns) of targets to the secrets that sign the requests to them: `whsec_…`, `env:NAME` or `file:/path`. A list signs with
   * each, while secrets are rotated. They come before those in `taskqueue.keys`: `{ default: process.env.PUSH_SECRET }`.
   */
  signingKeys?: SigningSecrets;
  /**
   * Hosts that tasks may name themselves, by a URL with a host: names, `*.example.com`, `*`, addresses and CIDRs. They are written to
   * `taskqueue.allowed_urls` at the start, where every `add` looks, and stay there: `taskqueue.disallow_url` takes them away. Default: none.
   */
  allowUrls?: readonly string[];
  /** Most requests in flight in this process: 1 or more, default 1000. One queue has nine in ten of them at most, so that others can begin. */
  concurrency?: number;
  /** How many days attempts are kept (`taskqueue.attempts`): 1 … 365, default 7. The least of all dispatchers counts. */
  attemptDays?: number;
  /** Longest time in seconds that a due task waits when nothing announces it. More than 0, default 5. */
  pollSeconds?: number;
  /** For development servers. */
  development?: DevelopmentOptions;
  /** Default: silent. */
  logger?: Logger;
  /** For tests and simulations. */
  clock?: Clock;
}

export interface StopOptions {
  /** How long deliveries under way may still take, in seconds. Default 25. */
  deadlineSeconds?: number;
}
