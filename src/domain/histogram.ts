// Histograms of seconds: a dozen buckets, in half decades.

/** Upper bounds of all buckets but the last, in seconds. The SQL function histogram_quantile has the same. */
export const HISTOGRAM_BOUNDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000] as const;

/** An empty histogram: a count for each bucket. */
export function emptyHistogram(): number[] {
  return new Array(HISTOGRAM_BOUNDS.length + 1).fill(0);
}

/** Counts a value. */
export function addToHistogram(counts: number[], seconds: number): void {
  const found = HISTOGRAM_BOUNDS.findIndex((bound) => seconds <= bound);
  const bucket = found === -1 ? HISTOGRAM_BOUNDS.length : found;
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}
