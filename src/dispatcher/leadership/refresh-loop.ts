// The loop that keeps a dispatcher's view of the database up to date.
//
// Every two seconds it checks the membership with one statement: how many dispatchers are connected, and how many
// queues are led? That is how the queues of a dead dispatcher are found. It refreshes everything (settings, targets,
// requests in flight) when the membership changed, when a notification announced another change, while requests of
// former leaders are being counted, and every 30 seconds, because notifications can get lost.
//
// The statement reads the locks of the whole cluster, and nobody can take one meanwhile. Where that takes long, because
// a hundred databases have dispatchers, the checks are two seconds apart at all times: never more, because that is how
// long the queues of a dead dispatcher may wait.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { Service } from '../../runtime/service.ts';

const CHECK_EVERY_MS = 2_000;
/** While the queues are being redistributed, or the requests of a former leader are being counted. */
const UNSETTLED_MS = 500;
const REFRESH_EVERY_MS = 30_000;
/** The share of the time that unsettled checks may take. */
const MOST_SHARE = 0.01;
/** Least time between two refreshes, whatever triggers them: anyone who may connect can notify. */
const LEAST_PAUSE_MS = 100;

export interface MembershipCheck {
  /** Whether a refresh is due: a dispatcher has joined or left, or a queue has no leader. */
  due: boolean;
  /** How many milliseconds the database took. */
  took: number;
}

export interface RefreshLoopOptions {
  checkMembership(): Promise<MembershipCheck>;
  /** Resolves with true when another refresh should follow soon. */
  refresh(): Promise<boolean>;
  /** Called with what a check or refresh threw. */
  failed(error: unknown): void;
  clock: Clock;
  logger: Logger;
}

export class RefreshLoop implements Service {
  readonly #options: RefreshLoopOptions;
  readonly #loop: Loop;
  #invalid = false;
  #unsettled = false;
  #refreshedAt: number;
  #refreshed = false;

  /** The caller must have refreshed once already. */
  constructor(options: RefreshLoopOptions) {
    this.#options = options;
    const { failed, clock, logger } = options;
    this.#refreshedAt = clock.now();
    this.#loop = new Loop({ name: 'refreshing the queues', runOnce: () => this.#runOnce(), failed, clock, logger });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Refreshes now, or shortly after the previous refresh. */
  invalidate(): void {
    this.#invalid = true;
    this.#loop.wake();
  }

  async #runOnce(): Promise<number> {
    const { checkMembership, refresh, clock } = this.#options;
    const tooSoonMs = this.#refreshed ? this.#refreshedAt + LEAST_PAUSE_MS - clock.now() : 0;
    if (tooSoonMs > 0) return tooSoonMs;
    const checked = await checkMembership();
    const due = checked.due || this.#invalid || this.#unsettled || clock.now() - this.#refreshedAt >= REFRESH_EVERY_MS;
    if (due) {
      this.#invalid = false;
      this.#unsettled = true; // if it fails
      this.#unsettled = await refresh();
      this.#refreshedAt = clock.now();
      this.#refreshed = true;
    }
    if (!this.#unsettled) return CHECK_EVERY_MS;
    return Math.max(UNSETTLED_MS, Math.min(checked.took / MOST_SHARE, CHECK_EVERY_MS));
  }
}
