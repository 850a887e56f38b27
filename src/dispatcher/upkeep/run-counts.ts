/** What a dispatcher has done so far. */
export interface TallyCounts {
  claimed: number;
  completed: number;
  /** Attempts that failed and are tried again later. */
  failed: number;
  /** Attempts that failed for good. */
  dead: number;
  /** Attempts whose lease was over before they could be settled. */
  stale: number;
}

export class Tally {
  readonly #counts: TallyCounts = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };

  add(more: Partial<TallyCounts>): void {
    for (const key of keysOf(this.#counts)) this.#counts[key] += more[key] ?? 0;
  }

  counts(): TallyCounts {
    return { ...this.#counts };
  }

  since(earlier: TallyCounts): TallyCounts {
    const counts = this.counts();
    for (const key of keysOf(counts)) counts[key] -= earlier[key];
    return counts;
  }
}

function keysOf(counts: TallyCounts): (keyof TallyCounts)[] {
  return Object.keys(counts) as (keyof TallyCounts)[];
}
