// The last check before a claimed task is sent: may its host be called now, and does its target have a free slot?

import type { Clock } from '../../runtime/clock.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import { HostBackoff } from './host-backoff.ts';
import type { Failed, Outcome } from './outcome.ts';
import { TargetSlots } from './target-slots.ts';
import type { Targets } from './targets.ts';

/** For a task that waited for a slot in vain, so that other tasks get their turn. */
const NO_SLOT_DELAY_SECONDS = 1;

export interface AdmissionOptions {
  send(dispatch: ClaimedDispatch): Promise<Outcome>;
  targets: Targets;
  clock: Clock;
  /** Called when one more, or one less, task of the queue waits for a slot at its target. */
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

  /** Sends the task, or returns when it may be claimed again. A task that is forced to run waits for nothing. */
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

  /** Releases the tasks that are waiting. */
  close(): void {
    this.#targetSlots.close();
  }

  /** Waits for a slot where none is free. Returns the outcome of a task that got none. */
  async #enter(dispatch: ClaimedDispatch, target: string): Promise<Outcome | undefined> {
    if (dispatch.forced) {
      this.#targetSlots.take(target);
      return undefined;
    }
    if (failsFast(dispatch)) return INSTANCE_UNAVAILABLE;
    this.#options.waiting(dispatch.queue, 1, target);
    const granted = await this.#targetSlots.wait(target);
    this.#options.waiting(dispatch.queue, -1, target);
    return granted ? undefined : { kind: 'unsent', delaySeconds: NO_SLOT_DELAY_SECONDS };
  }
}

/** No instance is free, and the task asks to fail rather than wait. */
const INSTANCE_UNAVAILABLE: Failed = { kind: 'failed', status: 503, reason: 'Instance Unavailable', responded: false };

function failsFast({ headers, http }: ClaimedDispatch): boolean {
  if (http !== null) return false;
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === 'x-appengine-failfast' && value !== '');
}
