// The slots of each target: how many requests this process may have under way to it, over all its queues, as set by
// max_concurrent. A task without a slot waits here as long as its lease allows, and its queue claims no more meanwhile.

import type { Clock } from '../../runtime/clock.ts';
import type { Targets } from './targets.ts';

/** Less than the 30 s by which a lease outlives its attempt's deadline. */
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

  /** Takes a slot if one is free. */
  tryTake(target: string): boolean {
    if (this.#takenOf(target) >= this.#options.targets.boundOf(target)) return false;
    this.take(target);
    return true;
  }

  /** Takes a slot even if none is free. */
  take(target: string): void {
    this.#taken.set(target, this.#takenOf(target) + 1);
  }

  /** Takes a slot once one is free, in the order of the calls. Resolves with false if that takes too long. */
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

  /** Grants no slot from now on. */
  close(): void {
    this.#closed = true;
    for (const queue of [...this.#waiting.values()]) for (const end of [...queue]) end(false);
  }

  #takenOf(target: string): number {
    return this.#taken.get(target) ?? 0;
  }
}
