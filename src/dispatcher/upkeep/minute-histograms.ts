// Histograms of a dispatcher's queues: how late attempts started and how long they took. They are kept in memory and
// recorded once a minute, because once a second they would be half as much as what the tasks themselves write.

import { addToHistogram, emptyHistogram } from '../../domain/histogram.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { HistogramNote } from '../../store/activity.ts';
import type { ClaimedDispatch, UpkeepStore } from '../database/ports.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { DispatchSubscriber } from '../events.ts';

const MINUTE_MS = 60_000;

export interface MinuteHistogramsOptions {
  store: Pick<UpkeepStore, 'recordHistograms'>;
  clock: Clock;
  /** The database's time, in milliseconds since 1970. */
  databaseNow(): number;
  logger: Logger;
  /** The enforced rate in tasks per second; null: the queue is not throttled. */
  throttledTo(queue: string): number | null;
}

type Kind = 'lag' | 'duration';

export class MinuteHistograms implements DispatchSubscriber {
  readonly #options: MinuteHistogramsOptions;
  readonly #queues = new Map<string, { [K in Kind]?: number[] }>();
  /** The minute that is being counted, in minutes since 1970. */
  #minute = 0;
  #cancel: (() => void) | undefined;

  constructor(options: MinuteHistogramsOptions) {
    this.#options = options;
  }

  claimed({ queue, eta, forced }: ClaimedDispatch): void {
    if (!forced) this.#add(queue, 'lag', this.#options.databaseNow() / 1000 - Number(eta) / 1e6);
  }

  delivered({ queue, claimedAt }: ClaimedDispatch, outcome: Outcome): void {
    if (outcome.kind !== 'unsent') this.#add(queue, 'duration', (this.#options.clock.now() - claimedAt) / 1000);
  }

  /** Writes what has not been written yet; what cannot be written is lost. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#queues.size === 0) return;
    const { store, throttledTo } = this.#options;
    const notes: HistogramNote[] = [...this.#queues].map(([queue, counts]) => ({
      queue,
      minute: this.#minute,
      enforced: throttledTo(queue),
      ...counts,
    }));
    this.#queues.clear();
    await store.recordHistograms(notes);
  }

  #add(queue: string, kind: Kind, seconds: number): void {
    if (this.#queues.size === 0) this.#begin();
    const histograms = this.#queues.get(queue) ?? {};
    histograms[kind] ??= emptyHistogram();
    addToHistogram(histograms[kind], seconds);
    this.#queues.set(queue, histograms);
  }

  #begin(): void {
    const { clock, databaseNow, logger } = this.#options;
    const now = databaseNow();
    this.#minute = Math.floor(now / MINUTE_MS);
    this.#cancel = clock.alarm((this.#minute + 1) * MINUTE_MS - now, () => {
      this.flush().catch((error) => logger.warn('could not write histograms', { error }));
    });
  }
}
