// The options of a dispatcher.

import { keysOf } from '../domain/known-keys.ts';
import { kindOf } from '../domain/text.ts';
import type { ConnectionSource } from '../postgres/connection-settings.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { requireCount, requireHooks, requireOptions, requireSeconds } from '../runtime/option-checks.ts';
import type { TelemetryOptions } from '../runtime/telemetry.ts';
import type { TaskTokenOptions } from '../task-tokens/task-tokens.ts';
import type { PartOfConcurrency } from './claiming/shared-concurrency.ts';
import type { AttemptProver } from './delivery/attempt-prover.ts';
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
  /** Makes the attempts: for proving mode. */
  prover?: AttemptProver;
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
   * that others can start. Dispatchers of one process can share a limit: `new SharedConcurrency(2).of(0)`.
   */
  concurrency?: number | PartOfConcurrency;
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

const KEYS = keysOf<keyof DispatcherOptions>({
  ...{ database: 1, targets: 1, signingKeys: 1, taskTokens: 1, allowUrls: 1, concurrency: 1, pollSeconds: 1 },
  ...{ development: 1, hooks: 1, telemetry: 1, logger: 1, clock: 1 },
});

const HOOKS = keysOf<keyof DispatcherHooks>({ claimed: 1, sent: 1, settled: 1, failed: 1, dead: 1, trouble: 1 });

const DEVELOPMENT = keysOf<keyof DevelopmentOptions>({ autoRun: 1, ignoreRates: 1, retries: 1, prover: 1 });

/**
 * Checks what the stages of a dispatcher do not check themselves.
 *
 * @throws TypeError for an unknown option or one of the wrong type, RangeError for a number out of range
 */
export function requireDispatcherOptions(options: DispatcherOptions): void {
  requireOptions(options, KEYS, 'the options of Dispatcher');
  const { targets, allowUrls, concurrency, pollSeconds, development, hooks } = options;
  for (const [name, target] of Object.entries(targets ?? {})) requireTarget(name, target);
  if (allowUrls !== undefined && !Array.isArray(allowUrls))
    throw new TypeError(`allowUrls must be a list, got ${kindOf(allowUrls)}`);
  if (concurrency !== undefined && typeof concurrency !== 'object') requireCount('concurrency', concurrency);
  if (pollSeconds !== undefined) requireSeconds('pollSeconds', pollSeconds);
  if (development !== undefined) requireOptions(development, DEVELOPMENT, 'development');
  if (hooks !== undefined) requireHooks(hooks, HOOKS);
}

function requireTarget(name: string, target: unknown): void {
  const given = `the target ${JSON.stringify(name)} must be a URL or a fetch function`;
  if (typeof target === 'function') return;
  if (typeof target !== 'string') throw new TypeError(`${given}, got ${kindOf(target)}`);
  if (!/^https?:\/\/./.test(target)) throw new TypeError(`${given}, got ${JSON.stringify(target)}`);
}
