// How many requests this process may have under way to a target at once, over all its queues: what an operator allowed with max_concurrent. A task
// without a place waits here for one, for as long as its lease allows, and its queue claims no more meanwhile.

import type { Clock } from '../../runtime/clock.ts';
import type { Targets } from './targets.ts';

/** Shorter than what a lease outlives its attempt's deadline by (30 s). */
const MOST_WAIT_MS = 20_000;

export interface TargetSlotsOptions {
  targets: Pick<Targets, 'boundOf'>;
  clock: Clock;
}

export class TargetSlots {
  readonly #options: TargetSlotsOptions;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, Set<(granted: boolean) => void>>();
  #closed = false;

  constructor(options: TargetSlotsOptions) {
    this.#options = options;
  }

  /** Takes a place if there is one. */
  tryTake(target: string): boolean {
    if (this.#takenOf(target) >= this.#options.targets.boundOf(target)) return false;
    this.take(target);
    return true;
  }

  /** Takes a place, whether there is one or not. */
  take(target: string): void {
    this.#taken.set(target, this.#takenOf(target) + 1);
  }

  /** Takes a place once there is one, in the order of asking; false: there was none for too long. */
  wait(target: string): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    const queue = this.#waiting.get(target) ?? new Set();
    this.#waiting.set(target, queue);
    return new Promise((resolve) => {
      const end = (granted: boolean) => {
        cancel();
        queue.delete(end);
        if (queue.size === 0) this.#waiting.delete(target);
        if (granted) this.take(target);
        resolve(granted);
      };
      const cancel = this.#options.clock.alarm(MOST_WAIT_MS, () => end(false));
      queue.add(end);
    });
  }

  release(target: string): void {
    const left = this.#takenOf(target) - 1;
    if (left > 0) this.#taken.set(target, left);
    else this.#taken.delete(target);
    for (const end of this.#waiting.get(target) ?? []) {
      if (this.#takenOf(target) >= this.#options.targets.boundOf(target)) return;
      end(true);
    }
  }

  /** Nobody gets a place any more. */
  close(): void {
    this.#closed = true;
    for (const queue of [...this.#waiting.values()]) for (const end of [...queue]) end(false);
  }

  #takenOf(target: string): number {
    return this.#taken.get(target) ?? 0;
  }
}
