// Waiting for work that may never end.

import type { Clock } from './clock.ts';

/** Waits at most `ms` milliseconds. Returns false if the work is not done by then. */
export async function within(ms: number, work: Promise<unknown>, clock: Clock): Promise<boolean> {
  const done = new AbortController();
  const late = clock.sleep(ms, done.signal).then(() => false);
  const inTime = await Promise.race([work.then(() => true), late]);
  done.abort();
  return inTime;
}
