/** Counts of what a dispatcher has done so far. */
export interface RunCounts {
  claimed: number;
  completed: number;
  /** Attempts that failed and will be retried. */
  failed: number;
  /** Attempts that failed for good. */
  dead: number;
  /** Attempts whose leases expired before they could be settled. */
  stale: number;
}

/** The result of one pass. */
export interface RunResult extends RunCounts {
  /**
   * Push queues that the pass left out, because another process, or another dispatcher of this one, leads them: their
   * tasks are sent there.
   */
  ledElsewhere: string[];
}

export class RunCounter {
  readonly #counts: RunCounts = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };

  add(more: Partial<RunCounts>): void {
    for (const key of keysOf(this.#counts)) this.#counts[key] += more[key] ?? 0;
  }

  counts(): RunCounts {
    return { ...this.#counts };
  }

  since(earlier: RunCounts): RunCounts {
    const counts = this.counts();
    for (const key of keysOf(counts)) counts[key] -= earlier[key];
    return counts;
  }
}

function keysOf(counts: RunCounts): (keyof RunCounts)[] {
  return Object.keys(counts) as (keyof RunCounts)[];
}
