// What the stages of a dispatcher tell each other. A stage publishes what happened to a task or a queue; whoever needs to know subscribes. So each stage
// depends only on those built before it, and none knows who listens.

import type { ClaimedDispatch } from './database/ports.ts';
import type { Outcome } from './delivery/outcome.ts';
import type { Settled } from './settling/settler.ts';

export interface DispatchListener {
  /** A notification announced tasks of the queue. */
  announced?(queue: string): void;
  /** A claimed task is handed to delivery. */
  claimed?(dispatch: ClaimedDispatch): void;
  /** Its attempt has ended, with or without a response. */
  delivered?(dispatch: ClaimedDispatch, outcome: Outcome): void;
  /** The database has recorded outcomes. */
  settled?(what: Settled): void;
  /** One task more, or less, of the queue waits for a slot at its target. */
  waitingForTarget?(queue: string, more: 1 | -1, target: string): void;
  /** The queue's enforced rate was halved, or is no longer lowered. */
  rateChanged?(queue: string): void;
  /** What this process knows of queue settings is out of date. */
  invalidated?(): void;
}

type EventName = keyof DispatchListener;

export class DispatchEvents {
  readonly #listeners: DispatchListener[] = [];

  subscribe(listener: DispatchListener): void {
    this.#listeners.push(listener);
  }

  publish<Name extends EventName>(name: Name, ...given: Parameters<Required<DispatchListener>[Name]>): void {
    for (const listener of this.#listeners) {
      const heard = listener[name] as ((...what: typeof given) => void) | undefined;
      heard?.apply(listener, given);
    }
  }
}
