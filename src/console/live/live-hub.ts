// Keeps open pages current: one refresh a second for all tabs of this server, and none while no visible tab listens.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import { type LiveMessage, LivePage, type Viewed } from './live-page.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';

/** A tab with an open stream. */
export interface Tab {
  send(message: LiveMessage): void;
  /** The server stops. */
  end(): void;
}

export interface LiveHubOptions {
  snapshots: Snapshots;
  /** Calls back when settings of queues change; returns what ends that. Without, changes show a second later. */
  listen?: ((changed: () => void) => () => Promise<void>) | undefined;
  clock: Clock;
  logger: Logger;
}

const REFRESH_MS = 1_000;
/** Changes that come together are shown together: at most four refreshes a second. */
const TOGETHER_MS = 250;
/** How long a page is remembered that tabs poll. */
const UNUSED_MS = 10_000;

interface Listening {
  tab: Tab;
  page: LivePage;
  version: number;
}

export class LiveHub {
  readonly #options: LiveHubOptions;
  readonly #pages = new Map<string, LivePage>();
  readonly #listening = new Set<Listening>();
  /** Greater than that of a server before a restart, so that its tabs get everything. */
  #version = Date.now();
  #running: { loop: Loop; unlisten: () => Promise<void> } | undefined;
  #stopped = false;

  constructor(options: LiveHubOptions) {
    this.#options = options;
  }

  /** The number of open streams. */
  get tabs(): number {
    return this.#listening.size;
  }

  /** A snapshot that is at most a second old; a new one if it lacks the queue. */
  async snapshot(queue?: string): Promise<Snapshot> {
    const { snapshots } = this.#options;
    const snapshot = await snapshots.get();
    return queue === undefined || snapshot.queue(queue) ? snapshot : snapshots.renew();
  }

  /** A caller has done something, and is shown what came of it. */
  acted(): void {
    this.#options.snapshots.outdate();
  }

  /** Sends a tab everything that is newer than a version, until the returned function is called. */
  follow(viewed: Viewed, version: number, tab: Tab): () => void {
    if (this.#stopped) {
      tab.end();
      return () => {};
    }
    const listening = { tab, page: this.#pageOf(viewed), version };
    this.#listening.add(listening);
    if (this.#running) void this.#first(listening);
    else this.#run();
    return () => {
      if (!this.#listening.delete(listening)) return;
      if (this.#listening.size === 0) void this.#rest();
    };
  }

  /** Tells a tab without a stream everything that is newer than a version. */
  async poll(viewed: Viewed, version: number): Promise<LiveMessage> {
    const page = this.#pageOf(viewed);
    if (performance.now() - page.refreshedAt >= REFRESH_MS) await page.refresh(++this.#version);
    return page.since(version);
  }

  /** Ends all streams. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { tab } of [...this.#listening]) tab.end();
    this.#listening.clear();
    await this.#rest();
  }

  #pageOf(viewed: Viewed): LivePage {
    const now = performance.now();
    for (const [key, { usedAt }] of this.#pages) {
      if (now - usedAt > UNUSED_MS && !this.#isShown(key)) this.#pages.delete(key);
    }
    const page = this.#pages.get(viewed.key) ?? new LivePage(viewed);
    page.usedAt = now;
    this.#pages.set(viewed.key, page);
    return page;
  }

  #isShown(key: string): boolean {
    const page = this.#pages.get(key);
    return [...this.#listening].some((listening) => listening.page === page);
  }

  /** A tab that joins others does not wait for the next refresh. */
  async #first(listening: Listening): Promise<void> {
    if (listening.page.refreshedAt === -Infinity) await listening.page.refresh(++this.#version);
    this.#send(listening);
  }

  #run(): void {
    const { snapshots, listen, clock, logger } = this.#options;
    const loop = new Loop({ name: 'live updates', runOnce: () => this.#refresh(), clock, logger });
    let announced = false;
    const changed = () => {
      snapshots.outdate();
      if (announced) return;
      announced = true;
      clock.alarm(TOGETHER_MS, () => {
        announced = false;
        loop.wake();
      });
    };
    this.#running = { loop, unlisten: listen?.(changed) ?? (async () => {}) };
    void loop.start();
  }

  async #rest(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await Promise.all([running?.loop.stop(), running?.unlisten()]);
  }

  async #refresh(): Promise<number> {
    const began = this.#options.clock.now();
    await this.#options.snapshots.renew();
    const version = ++this.#version;
    const shown = new Set([...this.#listening].map(({ page }) => page));
    await Promise.all([...shown].map((page) => page.refresh(version)));
    for (const listening of [...this.#listening]) this.#send(listening);
    return Math.max(0, REFRESH_MS - (this.#options.clock.now() - began));
  }

  #send(listening: Listening): void {
    const message = listening.page.since(listening.version);
    listening.version = message.version;
    listening.page.usedAt = performance.now();
    listening.tab.send(message);
  }
}
