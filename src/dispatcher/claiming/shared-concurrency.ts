// One limit on requests in flight for several dispatchers of a process, those of its cells.

import { requireCount } from '../../runtime/option-checks.ts';
import { Shares } from './shares.ts';

export const DEFAULT_CONCURRENCY = 1000;

/** The slots that a dispatcher has with others. */
export interface PartOfConcurrency {
  readonly limit: number;
  /** How many more it could have now. */
  grantable(): number;
  /** Takes slots, or gives back a negative number of them. */
  take(n: number): void;
  /**
   * Calls `wake` whenever others have given back slots, until it returns false: nothing waits for them any more. It
   * returns true if it woke something.
   */
  wait(wake: () => boolean | undefined): void;
}

export class SharedConcurrency {
  readonly #shares: Shares;
  readonly #parts: number;
  /** Those who have waited longest come first. */
  readonly #waiting = new Map<number, () => boolean | undefined>();

  /**
   * @param parts how many share it; one alone may use all of it
   * @param limit of all together: 1 or more
   * @throws RangeError for anything but whole numbers
   */
  constructor(parts: number, limit: number = DEFAULT_CONCURRENCY) {
    requireCount('concurrency', limit);
    this.#shares = new Shares(limit);
    this.#parts = parts;
    for (let part = 0; part < parts; part++) this.#shares.join(part);
  }

  of(part: number): PartOfConcurrency {
    return {
      limit: this.#shares.limit,
      grantable: () => this.#grantable(part),
      take: (n) => {
        this.#shares.take(part, n);
        if (n < 0) this.#wakeOthers(part);
      },
      wait: (wake) => void this.#waiting.set(part, wake),
    };
  }

  #grantable(part: number): number {
    return this.#parts === 1 ? this.#shares.free : Math.max(0, this.#shares.grantable(part, this.#shares.limit));
  }

  #wakeOthers(from: number): void {
    for (const [part, wake] of this.#waiting) {
      if (part === from || this.#grantable(part) < 1) continue;
      const woke = wake();
      if (woke === undefined) this.#waiting.delete(part);
      if (!woke) continue;
      this.#waiting.delete(part);
      this.#waiting.set(part, wake); // others are next
      return;
    }
  }
}
