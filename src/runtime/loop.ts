// Repeats one pass of work: run, sleep as long as the pass says, and wake early when something happens.

import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import { Retries } from './retries.ts';
import { Lifecycle, type Service } from './service.ts';

export interface LoopOptions {
  /** Used in log messages. */
  name: string;
  /** One pass. Returns how many milliseconds to sleep before the next; `signal` aborts when the loop stops. */
  runOnce(signal: AbortSignal): Promise<number>;
  /** Called with what a pass threw. */
  failed?(error: unknown): void;
  clock: Clock;
  logger: Logger;
}

/** A constant reason, because abort() would otherwise create a DOMException with a stack each time. */
const WOKEN = 'woken';

/**
 * A pass that throws is logged and retried after a jittered back-off; it never ends the loop, let alone the process.
 */
export class Loop implements Service {
  readonly #options: LoopOptions;
  readonly #lifecycle: Lifecycle;
  readonly #retries: Retries;
  readonly #ending = new AbortController();
  #nap: AbortController | undefined;
  #woken = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LoopOptions) {
    this.#options = options;
    const { name, clock, logger } = options;
    this.#lifecycle = new Lifecycle(`loop ${name}`);
    const words = { first: `${name} failed; retrying`, more: `${name} keeps failing`, over: `${name} works again` };
    this.#retries = new Retries(words, clock, logger);
  }

  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#running = this.#repeat();
    });
  }

  stop(): Promise<void> {
    this.#ending.abort();
    this.#nap?.abort(WOKEN);
    return this.#lifecycle.stop(() => this.#running);
  }

  /** Runs a pass now: ends the sleep, or starts another pass after the current one. */
  wake(): void {
    this.#woken = true;
    this.#nap?.abort(WOKEN);
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      this.#woken = false;
      const ms = await this.#pass(signal);
      if (!signal.aborted && !this.#woken && ms > 0) await this.#sleep(ms);
    }
  }

  async #pass(signal: AbortSignal): Promise<number> {
    try {
      const ms = await this.#options.runOnce(signal);
      this.#retries.worked();
      return ms;
    } catch (error) {
      if (signal.aborted) return 0;
      this.#options.failed?.(error);
      await this.#options.clock.sleep(this.#retries.failed(error), signal);
      return 0;
    }
  }

  async #sleep(ms: number): Promise<void> {
    this.#nap = new AbortController();
    await this.#options.clock.sleep(ms, this.#nap.signal);
    this.#nap = undefined;
  }
}
