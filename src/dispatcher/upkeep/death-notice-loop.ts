// Adds the notices of dead tasks, for queues that ask for them: when a task of this dispatcher dies, and every second
// while there are pull queues that ask for them, since lease calls bury tasks unseen. The burying transaction sends no
// notification, because it could not be prepared for a two-phase commit then.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { UpkeepStore } from '../database/ports.ts';

/** Maximum number of notices per transaction. */
const NOTICES_AT_ONCE = 100;
const UNSEEN_MS = 1_000;
/** In case another dispatcher ended before it could add its notices. */
const IDLE_MS = 60_000;

export class DeathNoticeLoop {
  readonly #loop: Loop;

  constructor(store: Pick<UpkeepStore, 'notifyDeaths'>, clock: Clock, logger: Logger) {
    const runOnce = async () => {
      const added = await store.notifyDeaths(NOTICES_AT_ONCE);
      if (added === null) return IDLE_MS;
      return added < NOTICES_AT_ONCE ? UNSEEN_MS : 0;
    };
    this.#loop = new Loop({ name: 'adding death notices', runOnce, clock, logger });
  }

  /** Tasks have died, or a queue may have been told to announce deaths. */
  check(): void {
    this.#loop.wake();
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }
}
