// The retries of work that must not give up: how long each waits, and what the log says. The first failure of each
// reason is written immediately, then a summary once a minute, and one line when the work succeeds again.

import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/** Least time between two lines while it keeps failing. */
const EVERY_MS = 60_000;
/** Reasons that are told apart until the work succeeds again. */
const MOST_REASONS = 10;

export interface RetryWords {
  /** For the first failure: `polling failed; retrying`. */
  first: string;
  /** While it keeps failing: `polling keeps failing`. */
  more: string;
  /** Once it succeeds after more than one failure: `polling works again`. */
  over: string;
}

export class Retries {
  readonly #words: RetryWords;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #failures = 0;
  #since = 0;
  #writtenAt = 0;
  readonly #reasons = new Set<string>();

  constructor(words: RetryWords, clock: Clock, logger: Logger) {
    this.#words = words;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Returns after how many milliseconds to retry. */
  failed(error: unknown): number {
    const now = this.#clock.now();
    this.#failures += 1;
    const ms = backoffMs(this.#failures);
    const inMs = Math.round(ms);
    if (this.#failures === 1) this.#since = now;
    if (this.#isNew(error)) this.#write(now, this.#words.first, { error, inMs });
    else if (now - this.#writtenAt < EVERY_MS) this.#logger.debug(this.#words.first, { error, inMs });
    else this.#write(now, this.#words.more, { error, failures: this.#failures, forSeconds: this.#seconds(now) });
    return ms;
  }

  /** A warning too: whoever was told of the failures is told of their end. */
  worked(): void {
    if (this.#failures > 1)
      this.#logger.warn(this.#words.over, {
        failures: this.#failures,
        afterSeconds: this.#seconds(this.#clock.now()),
      });
    this.#failures = 0;
    this.#reasons.clear();
  }

  #isNew(error: unknown): boolean {
    const reason = String(error);
    if (this.#reasons.has(reason) || this.#reasons.size >= MOST_REASONS) return false;
    this.#reasons.add(reason);
    return true;
  }

  #write(now: number, line: string, fields: Record<string, unknown>): void {
    this.#writtenAt = now;
    this.#logger.warn(line, fields);
  }

  #seconds(now: number): number {
    return Math.round((now - this.#since) / 1000);
  }
}
