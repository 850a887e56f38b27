// Whether any of several cells works. Probes come every few seconds and have little patience, and there may be a
// hundred databases: one is asked, and the others too unless it says soon that it works.

import { systemClock } from '../runtime/clock.ts';
import { within } from '../runtime/within.ts';

const HEAD_START_MS = 200;

/** @param cells the one to ask first comes first */
export async function anyWorks(cells: readonly { problem(): Promise<string | undefined> }[]): Promise<boolean> {
  const works = async (cell: { problem(): Promise<string | undefined> }) =>
    (await cell.problem()) === undefined || Promise.reject(new Error('not ready'));
  const asked = cells.slice(0, 1).map(works);
  const soon = Promise.any(asked).catch(() => false);
  if ((await within(HEAD_START_MS, soon, systemClock)) && (await soon)) return true;
  return Promise.any([...asked, ...cells.slice(1).map(works)]).catch(() => false);
}
