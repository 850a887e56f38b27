// Records the activity of a dispatcher's queues: how many attempts started and how they ended, and with it the queue's
// tokens, requests in flight and enforced rate. Rows are only ever appended, at most one a second per queue.
//
// Each row contains the enforced rate if it is less than the configured one, so that a throttled queue stays throttled
// when its leader changes.
//
// The first dispatch after a quiet second is recorded immediately. So a new leader learns from the newest row when the
// last dispatch was, to the second (_last_dispatch), and does not start with tokens that were already spent.

import { failureClass } from '../../domain/failure-class.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { ActivityCounts } from '../../store/activity.ts';
import type { UpkeepStore } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { DispatchSubscriber } from '../events.ts';
import type { Settled } from '../settling/settler.ts';

const RECORD_EVERY_MS = 1_000;
/** Counts that have almost waited for a second are recorded with others. */
const SOON_MS = 50;
const SAMPLE_EVERY_MS = 10_000;

/** How a queue is now. */
export interface Gauges {
  /** Whole tokens in the bucket. */
  tokens: number;
  inFlight: number;
  /** The enforced rate in tasks per second; null: it is not throttled. */
  throttledTo: number | null;
}

export interface StatisticsOptions {
  store: Pick<UpkeepStore, 'recordActivity'>;
  clock: Clock;
  logger: Logger;
  /** undefined: this process does not lead the queue. */
  gauges(queue: string): Gauges | undefined;
}

/** Counts that are not recorded yet. */
interface Pending {
  /** When the first was counted, in milliseconds. */
  since: number;
  counts: ActivityCounts;
}

export class Statistics implements DispatchSubscriber {
  readonly #options: StatisticsOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #recordedAt = new Map<string, number>();
  readonly #sampledAt = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(options: StatisticsOptions) {
    this.#options = options;
  }

  claimed({ queue }: { queue: string }): void {
    this.#count(queue, { started: 1 });
    if (this.#isPast(this.#recordedAt, queue, RECORD_EVERY_MS)) this.#recordSoon(queue);
  }

  delivered({ queue }: { queue: string }, outcome: Outcome): void {
    if (outcome.kind === 'failed') this.#count(queue, { [failureClass(outcome)]: 1 });
    if (outcome.kind === 'unsent') this.#count(queue, { released: 1 });
  }

  settled({ queue, completed, failed, dead }: Settled): void {
    this.#count(queue, { executed: completed + failed + dead, succeeded: completed, dead });
  }

  /** The queue's enforced rate was halved, or is no longer reduced. */
  rateChanged(queue: string): void {
    this.#recordSoon(queue);
  }

  /** Counts the tasks of queues whose activity this process does not see: pull queues that may be in use. */
  sample(queues: readonly string[]): void {
    for (const queue of queues) if (this.#isPast(this.#sampledAt, queue, SAMPLE_EVERY_MS)) this.#recordSoon(queue);
  }

  /** Writes what has not been written yet. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await Promise.all([...this.#pending.keys()].map((queue) => this.#record(queue)));
  }

  #count(queue: string, counts: ActivityCounts): void {
    const pending = this.#pending.get(queue) ?? { since: this.#options.clock.now(), counts: {} };
    const counted = add(pending.counts, counts);
    if (!counted && !this.#pending.has(queue)) return;
    this.#pending.set(queue, pending);
    this.#cancel ??= this.#options.clock.alarm(RECORD_EVERY_MS, () => this.#recordDue());
  }

  /** Records what has waited for a second. */
  #recordDue(): void {
    const { clock } = this.#options;
    this.#cancel = undefined;
    const now = clock.now();
    const due = [...this.#pending].filter(([, { since }]) => since <= now - RECORD_EVERY_MS + SOON_MS);
    for (const [queue] of due) this.#recordSoon(queue);
    const waiting = [...this.#pending.values()].map(({ since }) => since);
    if (waiting.length === 0) return;
    const next = Math.min(...waiting) + RECORD_EVERY_MS - now;
    this.#cancel ??= clock.alarm(next, () => this.#recordDue());
  }

  #recordSoon(queue: string): void {
    void this.#record(queue).catch((error) => {
      this.#options.logger.warn('could not write statistics; retrying', { error });
    });
  }

  async #record(queue: string): Promise<void> {
    const { store, clock, gauges } = this.#options;
    const { tokens, inFlight, throttledTo = null } = gauges(queue) ?? {};
    const counts = this.#pending.get(queue)?.counts ?? {};
    const sample = this.#isPast(this.#sampledAt, queue, SAMPLE_EVERY_MS) || undefined;
    this.#pending.delete(queue);
    this.#recordedAt.set(queue, clock.now());
    if (sample) this.#sampledAt.set(queue, clock.now());
    const shown = { tokens: tokens || undefined, inFlight: inFlight || undefined };
    try {
      await store.recordActivity({ queue, ...counts, ...shown, enforced: throttledTo, sample });
    } catch (error) {
      this.#recordedAt.delete(queue);
      this.#count(queue, counts);
      throw error;
    }
  }

  #isPast(times: ReadonlyMap<string, number>, queue: string, ms: number): boolean {
    return this.#options.clock.now() - (times.get(queue) ?? -Infinity) >= ms;
  }
}

/** Adds counts to others; returns false if all are 0. */
function add(sums: ActivityCounts, counts: ActivityCounts): boolean {
  let any = false;
  for (const [key, n] of Object.entries(counts) as [keyof ActivityCounts, number][]) {
    if (n === 0) continue;
    sums[key] = (sums[key] ?? 0) + n;
    any = true;
  }
  return any;
}
