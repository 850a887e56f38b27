// Log lines about tasks that failed for good: each is an error of its own, up to ten a minute of a queue. Those beyond
// are summed up.

import type { Clock } from './clock.ts';
import type { LogFields, Logger } from './logger.ts';

const WINDOW_MS = 60_000;
const LINES_A_WINDOW = 10;

export class DeathLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #windows = new Map<string, { deaths: number; cancel: () => void }>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  died(queue: string, fields: LogFields): void {
    const window = this.#windows.get(queue) ?? this.#open(queue);
    window.deaths += 1;
    if (window.deaths <= LINES_A_WINDOW) this.#logger.error('a task died', { queue, ...fields });
  }

  /** Sums up what has not yet been written. */
  close(): void {
    for (const [queue, { cancel }] of this.#windows) {
      cancel();
      this.#end(queue);
    }
  }

  #open(queue: string) {
    const cancel = this.#clock.alarm(WINDOW_MS, () => this.#end(queue), { background: true });
    const window = { deaths: 0, cancel };
    this.#windows.set(queue, window);
    return window;
  }

  #end(queue: string): void {
    const more = (this.#windows.get(queue)?.deaths ?? 0) - LINES_A_WINDOW;
    this.#windows.delete(queue);
    if (more > 0) this.#logger.error('more tasks died', { queue, tasks: more });
  }
}
