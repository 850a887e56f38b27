// Runs cells interleaved (A B C A B C …), so that disturbances of the machine affect all of them, and takes medians.

import type { Cell, Sample, Setting } from './bench.ts';

/** Runs all cells once per round; returns each cell's medians. */
export async function runRounds(
  setting: Pick<Setting, 'rounds' | 'progress'>,
  cells: Cell[],
): Promise<Record<string, Sample>> {
  const samples = new Map<string, Sample[]>(cells.map(({ label }) => [label, []]));
  for (let round = 1; round <= setting.rounds; round++) {
    for (const { label, run } of cells) {
      setting.progress.say(`round ${round} of ${setting.rounds}: ${label}`);
      samples.get(label)?.push(await run());
    }
  }
  return Object.fromEntries([...samples].map(([label, list]) => [label, medians(list)]));
}

/** Returns the median of each value. */
export function medians(samples: Sample[]): Sample {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name] as number))]));
}

/** Returns the middle value; for an even count, the mean of the middle two. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** Returns the value below which a share of the values lies; 0.99 is the 99th percentile. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
