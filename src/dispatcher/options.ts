// The options of a dispatcher.

import type { ConnectionSource } from '../postgres/connection-settings.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { TelemetryOptions } from '../runtime/telemetry.ts';
import type { TaskTokenOptions } from '../task-tokens/task-tokens.ts';
import type { SigningSecrets } from './delivery/request-keys.ts';
import type { DispatcherTarget } from './delivery/targets.ts';
import type { DispatcherHooks } from './reporting/hooks.ts';

/** Differences while an application is being developed. An option left out means: as in production. */
export interface DevelopmentOptions {
  /** False: tasks wait until they are run by hand (run_task). */
  autoRun?: boolean;
  /** True: rates and buckets are ignored, including those of 0. */
  ignoreRates?: boolean;
  /** False: a task that fails once is dead. */
  retries?: boolean;
}

export interface DispatcherOptions {
  /**
   * A connection string or pg settings. Connect directly, not through a pooler in transaction mode: leadership and
   * LISTEN need sessions of their own. A dispatcher holds three connections, and up to four more for settling.
   */
  database: ConnectionSource;
  /**
   * Base URLs or fetch functions by target name; they take precedence over those in `taskqueue.targets`. A name may be
   * a pattern, and a pattern's URL may contain the name: `{ default: app.fetch, 'billing': 'http://billing:8080', '*':
   * 'http://{target}.internal' }`.
   */
  targets?: Record<string, DispatcherTarget>;
  /**
   * Secrets that sign requests, by target name or pattern: `whsec_…`, `env:NAME` or `file:/path`. A list signs with
   * each of its secrets, for rotation. They take precedence over those in `taskqueue.keys`: `{ default:
   * process.env.PUSH_SECRET }`.
   */
  signingKeys?: SigningSecrets;
  /**
   * How requests of HTTP tasks are authorized. Default: with ID tokens of the issuer `http://127.0.0.1:8123`, which is
   * where a server listens, signed by the keys in `taskqueue.keys`.
   */
  taskTokens?: TaskTokenOptions;
  /**
   * Hosts that tasks may name in an absolute URL: names, `*.example.com`, `*`, addresses and CIDRs. They are written to
   * `taskqueue.allowed_urls` when the dispatcher starts, where every `add` checks them, and stay there:
   * `taskqueue.disallow_url` removes them. Default: none.
   */
  allowUrls?: readonly string[];
  /**
   * Most requests in flight in this process: 1 or more, default 1000. One queue gets at most nine tenths of them, so
   * that others can start.
   */
  concurrency?: number;
  /** Longest time in seconds that a due task waits if no notification arrives. More than 0, default 5. */
  pollSeconds?: number;
  /** For development servers. */
  development?: DevelopmentOptions;
  /** Called on what happens to tasks. */
  hooks?: DispatcherHooks;
  /**
   * Traces attempts with OpenTelemetry: `{ api }`, where `import * as api from '@opentelemetry/api'`. Default: none;
   * then requests carry the `traceparent` with which their task was added.
   */
  telemetry?: TelemetryOptions;
  /**
   * The console, or a logger of winston or pino. Default: warnings and errors on standard error, pretty at a terminal
   * and as JSON lines elsewhere.
   */
  logger?: Logger;
  /** For tests and simulations. */
  clock?: Clock;
}

export interface StopOptions {
  /** How many seconds a stop waits for deliveries under way. Default 25. */
  deadlineSeconds?: number;
}
