// The counts of each queue since the process began, for a bounded number of queues: those with the most activity have
// series of their own, the others share one. A count goes into the series that its queue has at that moment, so that no
// series ever falls, also when a queue gets a series of its own or loses it.

import type { FailureClass } from '../domain/failure-class.ts';
import { Histogram } from './histogram.ts';

/** The label of the queues that share a series. Parentheses are not allowed in names of queues. */
export const OTHER_QUEUES = '(other)';

/** A queue takes the series of another only if it has been busier by this factor and number of events. */
const BUSIER = { factor: 2, events: 10 };
/** Least time between two comparisons. */
const COMPARE_MS = 30_000;

export class QueueSeries {
  readonly attempts = new Map<'success' | FailureClass, number>();
  readonly lag = new Histogram();
  readonly duration = new Histogram();
  claimCalls = 0;
  claimed = 0;
  dead = 0;
  stale = 0;
  released = 0;
  doorbellWaits = 0;
  leasedOverHttp = 0;
}

interface Entry {
  series: QueueSeries;
  /** Events since the last comparison, and half of those before. */
  activity: number;
}

export class AllQueueSeries {
  readonly #limit: number;
  readonly #other = new QueueSeries();
  readonly #entries = new Map<string, Entry>();
  #own = 0;
  #comparedAt = 0;

  /** @param limit how many queues have series of their own */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The series that an event of the queue counts in. */
  of(queue: string): QueueSeries {
    const entry = this.#entries.get(queue) ?? this.#enter(queue);
    entry.activity += 1;
    return entry.series;
  }

  /** Shows the queue from now on, with zeros at first: an increase from nothing is not seen by Prometheus. */
  know(queue: string): void {
    if (!this.#entries.has(queue)) this.#enter(queue);
  }

  /** The series to be shown, by their labels. */
  shown(now: number): [label: string, series: QueueSeries][] {
    if (now - this.#comparedAt >= COMPARE_MS) this.#compare(now);
    const own = [...this.#entries].filter(([, { series }]) => series !== this.#other);
    const shown = own.map(([queue, { series }]): [string, QueueSeries] => [queue, series]);
    return this.#entries.size > own.length || this.#isOtherUsed ? [...shown, [OTHER_QUEUES, this.#other]] : shown;
  }

  get #isOtherUsed(): boolean {
    return this.#other.attempts.size > 0 || this.#other.claimed > 0 || this.#other.leasedOverHttp > 0;
  }

  #enter(queue: string): Entry {
    const hasRoom = this.#own < this.#limit;
    if (hasRoom) this.#own += 1;
    const entry = { series: hasRoom ? new QueueSeries() : this.#other, activity: 0 };
    this.#entries.set(queue, entry);
    return entry;
  }

  #compare(now: number): void {
    this.#comparedAt = now;
    const sorted = [...this.#entries.values()].sort((a, b) => b.activity - a.activity);
    const busiest = sorted.filter(({ series }) => series === this.#other);
    const idlest = sorted.filter(({ series }) => series !== this.#other).reverse();
    for (const [i, entry] of busiest.entries()) {
      const idle = idlest[i];
      if (!idle || entry.activity < BUSIER.factor * idle.activity + BUSIER.events) break;
      entry.series = new QueueSeries();
      idle.series = this.#other;
    }
    for (const [queue, entry] of this.#entries) {
      entry.activity /= 2;
      if (entry.series === this.#other && entry.activity < 1) this.#entries.delete(queue);
    }
  }
}
