// When a dispatcher looks at the queues and the other dispatchers, and how closely.
//
// Every two seconds one glance: how many dispatchers are there, how many queues are led? It finds the queues of a dispatcher that has died. A close look, at
// settings, targets and what is in flight, follows when the glance says so, when a notification said that something has changed, while there is
// something to be counted again, and now and then, because notifications get lost.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { Service } from '../../runtime/service.ts';

const GLANCE_EVERY_MS = 2_000;
/** While the queues are being divided anew, or what a former leader left is counted. */
const RESTLESS_MS = 500;
const LOOK_EVERY_MS = 30_000;
/** Not sooner after the last, whoever says that something has changed: everyone who may connect can notify. */
const LEAST_PAUSE_MS = 100;

export interface LooksOptions {
  /** True: a close look is due. */
  glance(): Promise<boolean>;
  /** Resolves with true when another close look should follow soon. */
  look(): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

export class Looks implements Service {
  readonly #options: LooksOptions;
  readonly #loop: Loop;
  #outdated = false;
  #restless = false;
  #lookedAt: number;
  #looked = false;

  /** The first close look was taken already. */
  constructor(options: LooksOptions) {
    this.#options = options;
    const { clock, logger } = options;
    this.#lookedAt = clock.now();
    this.#loop = new Loop({ name: 'looking at the queues', runOnce: () => this.#runOnce(), clock, logger });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Look closely, now, or a moment after the last look. */
  outdated(): void {
    this.#outdated = true;
    this.#loop.wake();
  }

  async #runOnce(): Promise<number> {
    const { glance, look, clock } = this.#options;
    const tooSoonMs = this.#looked ? this.#lookedAt + LEAST_PAUSE_MS - clock.now() : 0;
    if (tooSoonMs > 0) return tooSoonMs;
    const due = (await glance()) || this.#outdated || this.#restless || clock.now() - this.#lookedAt >= LOOK_EVERY_MS;
    if (due) {
      this.#outdated = false;
      this.#restless = true; // if it fails
      this.#restless = await look();
      this.#lookedAt = clock.now();
      this.#looked = true;
    }
    return this.#restless ? RESTLESS_MS : GLANCE_EVERY_MS;
  }
}
