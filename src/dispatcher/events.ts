// The events by which the stages of a dispatcher communicate. A stage publishes what happened to a task or a queue, and
// the stages concerned subscribe. So each stage depends only on those built before it, and none knows its listeners.

import type { ClaimedDispatch } from './database/ports.ts';
import type { Outcome } from './delivery/outcome.ts';
import type { EndedAttempt, Settled } from './settling/settler.ts';

export interface DispatchSubscriber {
  /** A notification announced tasks of the queue. */
  announced?(queue: string): void;
  /** A claimed task was handed to delivery. */
  claimed?(dispatch: ClaimedDispatch): void;
  /** A claim statement for the queue returned this many tasks, so many milliseconds after it was asked for. */
  claimReturned?(queue: string, tasks: number, ms: number): void;
  /** Its request is about to be sent, this many milliseconds after it was due. */
  sent?(dispatch: ClaimedDispatch, lateMs: number): void;
  /** Its attempt ended, with or without a response. */
  delivered?(dispatch: ClaimedDispatch, outcome: Outcome): void;
  /** The database recorded outcomes. */
  settled?(what: Settled): void;
  /** The database recorded the outcome of one attempt, or it was found to be stale; before `settled`. */
  ended?(attempt: EndedAttempt): void;
  /** A task that was claimed and not sent was returned to its queue. */
  released?(dispatch: ClaimedDispatch): void;
  /** One more, or one less, task of the queue waits for a slot at its target. */
  waitingForTarget?(queue: string, more: 1 | -1, target: string): void;
  /** The queue's enforced rate was halved, or is no longer reduced. */
  rateChanged?(queue: string): void;
  /** The queue sleeps until it is notified, or something is due. */
  wentToSleep?(queue: string): void;
  /** A database call failed. It is retried. */
  databaseFailed?(error: unknown): void;
  /** The queue settings that this process knows are out of date. */
  invalidated?(): void;
}

type EventName = keyof DispatchSubscriber;

export class DispatchEvents {
  readonly #subscribers: DispatchSubscriber[] = [];

  subscribe(subscriber: DispatchSubscriber): void {
    this.#subscribers.push(subscriber);
  }

  publish<Name extends EventName>(name: Name, ...given: Parameters<Required<DispatchSubscriber>[Name]>): void {
    for (const subscriber of this.#subscribers) {
      const handle = subscriber[name] as ((...what: typeof given) => void) | undefined;
      handle?.apply(subscriber, given);
    }
  }
}
