// Counts what a dispatcher's events tell, for /metrics.

import type { ClaimedDispatch } from '../dispatcher/database/ports.ts';
import type { DispatchSubscriber } from '../dispatcher/events.ts';
import type { EndedAttempt } from '../dispatcher/settling/settler.ts';
import { failureClass } from '../domain/failure-class.ts';
import type { Clock } from '../runtime/clock.ts';
import { Histogram } from './histogram.ts';
import { AllQueueSeries } from './queue-series.ts';

export class ProcessCounts implements DispatchSubscriber {
  readonly queues: AllQueueSeries;
  readonly settleDelay = new Histogram();
  readonly claimTime = new Histogram();
  readonly #clock: Clock;
  /** When the requests under way were sent. */
  readonly #sentAt = new WeakMap<ClaimedDispatch, number>();
  databaseErrors = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.queues = new AllQueueSeries(limit);
  }

  claimReturned(queue: string, tasks: number, ms: number): void {
    this.claimTime.observe(Math.max(0, ms) / 1000);
    const series = this.queues.of(queue);
    series.claimCalls += 1;
    series.claimed += tasks;
  }

  sent(dispatch: ClaimedDispatch, lateMs: number): void {
    this.#sentAt.set(dispatch, this.#clock.now());
    this.queues.of(dispatch.queue).lag.observe(Math.max(0, lateMs) / 1000);
  }

  ended({ dispatch, outcome, endedAt, result }: EndedAttempt): void {
    const series = this.queues.of(dispatch.queue);
    const kind = outcome.kind === 'completed' ? 'success' : failureClass(outcome);
    series.attempts.set(kind, (series.attempts.get(kind) ?? 0) + 1);
    const sentAt = this.#sentAt.get(dispatch);
    if (sentAt !== undefined) series.duration.observe(Math.max(0, endedAt - sentAt) / 1000);
    if (result === 'dead') series.dead += 1;
    if (result === 'stale') series.stale += 1;
    this.settleDelay.observe(Math.max(0, this.#clock.now() - endedAt) / 1000);
  }

  released({ queue }: ClaimedDispatch): void {
    this.queues.of(queue).released += 1;
  }

  wentToSleep(queue: string): void {
    this.queues.of(queue).doorbellWaits += 1;
  }

  databaseFailed(): void {
    this.databaseErrors += 1;
  }

  /** A call over HTTP leased tasks of a pull queue. */
  leasedOverHttp(queue: string, tasks: number): void {
    if (tasks > 0) this.queues.of(queue).leasedOverHttp += tasks;
  }
}
