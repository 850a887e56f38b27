// How long queues are without a leader that can do its work, while others could lead them.

import { setTimeout as sleep } from 'node:timers/promises';
import { leaders, type World } from './world.ts';

const EVERY_MS = 250;

export class LeaderWatch {
  readonly #world: World;
  readonly #queues: string[];
  /** Since when each queue has had nobody, or somebody who was hit. */
  readonly #without = new Map<string, number>();
  /** Longest so far, in seconds. */
  longest = 0;
  /** The database was away, or nobody was well, until this moment. */
  #excusedUntil = 0;
  #ended = false;

  constructor(world: World, queues: string[]) {
    this.#world = world;
    this.#queues = queues;
  }

  async run(): Promise<void> {
    while (!this.#ended) {
      await this.#look().catch(() => this.excuse());
      await sleep(EVERY_MS);
    }
  }

  end(): void {
    this.#ended = true;
  }

  /** Nobody could have led until now. */
  excuse(): void {
    this.#excusedUntil = Date.now();
  }

  async #look(): Promise<void> {
    const leads = await leaders(this.#world.pool);
    const well = new Map(this.#world.servers.filter(({ state }) => state.is === 'well').map((one) => [one.role, one]));
    if (well.size === 0) this.excuse();
    for (const queue of this.#queues) {
      if (well.has(leads.get(queue) ?? '')) this.#without.delete(queue);
      else this.#note(queue, leads.get(queue));
    }
  }

  #note(queue: string, role: string | undefined): void {
    const hit = this.#world.servers.find((server) => server.role === role)?.state.since;
    const since = this.#without.get(queue) ?? hit ?? Date.now();
    this.#without.set(queue, since);
    const from = Math.max(since, this.#excusedUntil);
    this.longest = Math.max(this.longest, (Date.now() - from) / 1000);
  }
}
