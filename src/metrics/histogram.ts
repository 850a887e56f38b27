// Counts of durations in buckets, as Prometheus has them.

/** Upper bounds in seconds. */
export const SECONDS_BUCKETS: readonly number[] = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60, 300, 1800];

export class Histogram {
  /** By bucket, not yet cumulated; the last one has no bound. */
  readonly counts = new Array<number>(SECONDS_BUCKETS.length + 1).fill(0);
  sum = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < SECONDS_BUCKETS.length && seconds > (SECONDS_BUCKETS[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += seconds;
  }
}
