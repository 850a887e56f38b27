// How many tasks queues had over the last hour, remembered for two minutes: a new point comes no more often.

import type { Executor } from '../../postgres/executor.ts';
import type { Clock } from '../../runtime/clock.ts';
import { fetchDepthHistory, type PastDepth } from '../../store/live-queues.ts';

const KEEP_MS = 120_000;
/** Above, what is old is forgotten. */
const MOST = 2_000;

export class PastDepths {
  readonly #executor: Executor;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { at: number; past: Promise<readonly PastDepth[]> }>();

  constructor(executor: Executor, clock: Clock) {
    this.#executor = executor;
    this.#clock = clock;
  }

  async of(names: readonly string[]): Promise<ReadonlyMap<string, readonly PastDepth[]>> {
    const at = this.#clock.now();
    if (this.#kept.size > MOST) this.#kept.clear();
    const missing = names.filter((name) => at - (this.#kept.get(name)?.at ?? -Infinity) >= KEEP_MS);
    if (missing.length > 0) {
      const fetched = fetchDepthHistory(this.#executor, missing);
      for (const name of missing) this.#keep(name, at, fetched);
    }
    const known = names.map(async (name) => [name, (await this.#kept.get(name)?.past) ?? []] as const);
    return new Map(await Promise.all(known));
  }

  #keep(name: string, at: number, fetched: ReturnType<typeof fetchDepthHistory>): void {
    const kept = { at, past: fetched.then((all) => all.get(name) ?? []) };
    kept.past.catch(() => this.#kept.delete(name));
    this.#kept.set(name, kept);
  }
}
