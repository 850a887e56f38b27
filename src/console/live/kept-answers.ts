// Answers of the database that are kept for a while, for all tabs: charts change by the minute, not by the second.

import type { Clock } from '../../runtime/clock.ts';

interface Kept {
  until: number;
  answer: Promise<unknown>;
}

export class KeptAnswers {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks again only when the last answer to the same key is older than `ms` milliseconds. Failures are not kept. */
  of<Answer>(key: string, ms: number, ask: () => Promise<Answer>): Promise<Answer> {
    const now = this.#clock.now();
    const found = this.#kept.get(key);
    if (found && found.until > now) return found.answer as Promise<Answer>;
    for (const [old, { until }] of this.#kept) if (until <= now) this.#kept.delete(old);
    const answer = ask();
    answer.catch(() => this.#kept.delete(key));
    this.#kept.set(key, { until: now + ms, answer });
    return answer;
  }
}
