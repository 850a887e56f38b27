// The last door before a claimed task is sent: whether its host may be called now, and whether its target has a place for it.

import type { Clock } from '../../runtime/clock.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import { HostBackoff } from './host-backoff.ts';
import type { Failed, Outcome } from './outcome.ts';
import { TargetSlots } from './target-slots.ts';
import type { Targets } from './targets.ts';

/** For a task that waited for a place in vain: others have their turn. */
const NO_PLACE_DELAY_SECONDS = 1;

export interface AdmissionOptions {
  send(dispatch: ClaimedDispatch): Promise<Outcome>;
  targets: Targets;
  clock: Clock;
  /** So many tasks of the queue more, or less, wait for a place at their target. */
  waiting(queue: string, more: 1 | -1, target: string): void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #hostBackoff = new HostBackoff();
  readonly #targetSlots: TargetSlots;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#targetSlots = new TargetSlots(options);
  }

  /** Sends it, or says when it may be claimed again. A task that is forced to run waits for nothing. */
  async send(dispatch: ClaimedDispatch): Promise<Outcome> {
    const { clock, send, targets } = this.#options;
    const seconds = dispatch.forced ? 0 : this.#hostBackoff.secondsLeft(dispatch, clock.now());
    if (seconds > 0) return { kind: 'unsent', delaySeconds: seconds };
    const target = targets.nameOf(dispatch.target);
    const refused = this.#targetSlots.tryTake(target) ? undefined : await this.#enter(dispatch, target);
    if (refused) return refused;
    try {
      const outcome = await send(dispatch);
      this.#hostBackoff.observe(dispatch, outcome, clock.now());
      return outcome;
    } finally {
      this.#targetSlots.release(target);
    }
  }

  /** Who waits is given back. */
  close(): void {
    this.#targetSlots.close();
  }

  /** Where no place is free. Returns what becomes of a task that got none. */
  async #enter(dispatch: ClaimedDispatch, target: string): Promise<Outcome | undefined> {
    if (dispatch.forced) {
      this.#targetSlots.take(target);
      return undefined;
    }
    if (failsFast(dispatch)) return INSTANCE_UNAVAILABLE;
    this.#options.waiting(dispatch.queue, 1, target);
    const granted = await this.#targetSlots.wait(target);
    this.#options.waiting(dispatch.queue, -1, target);
    return granted ? undefined : { kind: 'unsent', delaySeconds: NO_PLACE_DELAY_SECONDS };
  }
}

/** No instance is free, and the task does not want to wait for one. */
const INSTANCE_UNAVAILABLE: Failed = { kind: 'failed', status: 503, reason: 'Instance Unavailable', responded: false };

function failsFast({ headers }: ClaimedDispatch): boolean {
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === 'x-appengine-failfast' && value !== '');
}
