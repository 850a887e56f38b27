// Interleaves: A B C A B C …, so that what disturbs the machine disturbs all of them, and takes medians.

import type { Cell, Sample, Setting } from './bench.ts';

/** Runs all cells once a round; gives each cell's medians. */
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

/** The median of each value. */
export function medians(samples: Sample[]): Sample {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name] as number))]));
}

/** The value in the middle; of an even number of them, the mean of the middle two. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The value below which a share of them lies; 0.99 is the 99th percentile. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
