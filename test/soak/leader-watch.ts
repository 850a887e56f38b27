// Measures how long queues have no working leader although another server could lead them.

import { setTimeout as sleep } from 'node:timers/promises';
import { leaders, type World } from './world.ts';

const EVERY_MS = 250;
/** How long a started or recovered server needs before it can lead. */
const START_MS = 4_000;

export class LeaderWatch {
  readonly #world: World;
  readonly #queues: string[];
  /** Since when each queue has had no leader, or one that was hit by a fault. */
  readonly #without = new Map<string, number>();
  /** The longest time so far, in seconds, and its cause. */
  longest = 0;
  longestDetails = '';
  /** The database was down, or no server could lead, until this moment. */
  #excusedUntil = 0;
  #ended = false;

  constructor(world: World, queues: string[]) {
    this.#world = world;
    this.#queues = queues;
  }

  async run(): Promise<void> {
    while (!this.#ended) {
      await this.#sample().catch(() => this.excuse());
      await sleep(EVERY_MS);
    }
  }

  end(): void {
    this.#ended = true;
  }

  /** Records that no server could lead until now. */
  excuse(): void {
    this.#excusedUntil = Date.now();
  }

  async #sample(): Promise<void> {
    const leads = await leaders(this.#world.pool);
    const well = new Map(this.#world.servers.filter(({ state }) => state.is === 'well').map((one) => [one.role, one]));
    if (![...well.values()].some(({ state }) => Date.now() - state.since >= START_MS)) this.excuse();
    for (const queue of this.#queues) {
      if (well.has(leads.get(queue) ?? '')) this.#without.delete(queue);
      else this.#recordMissing(queue, leads.get(queue));
    }
  }

  /** When the servers that can't lead now were hit. */
  #hits(): number[] {
    return this.#world.servers.filter(({ state }) => state.is === 'hit').map(({ state }) => state.since);
  }

  #recordMissing(queue: string, role: string | undefined): void {
    const hit = this.#world.servers.find((server) => server.role === role)?.state.since;
    const since = this.#without.get(queue) ?? hit ?? Date.now();
    this.#without.set(queue, since);
    const from = Math.max(since, this.#excusedUntil, ...this.#hits()); // the server to take over may be hit next
    const seconds = (Date.now() - from) / 1000;
    if (seconds <= this.longest) return;
    this.longest = seconds;
    const states = this.#world.servers.map(
      (server) => `${server.name} ${server.state.is} for ${Math.round((Date.now() - server.state.since) / 1000)} s`,
    );
    this.longestDetails = `${queue}, last led by ${role ?? 'nobody'} (${states.join(', ')})`;
  }
}
