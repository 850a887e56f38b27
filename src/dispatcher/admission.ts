// The last door before a claimed task is sent: whether its host may be called now.

import type { Clock } from '../runtime/clock.ts';
import type { ClaimedDispatch } from './effects.ts';
import { Holds } from './holds.ts';
import type { Outcome } from './outcome.ts';

export interface AdmissionOptions {
  send(dispatch: ClaimedDispatch): Promise<Outcome>;
  clock: Clock;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #holds = new Holds();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Sends it, or says when it may be claimed again. A task that is forced to run waits for nothing. */
  async send(dispatch: ClaimedDispatch): Promise<Outcome> {
    const { clock, send } = this.#options;
    const seconds = dispatch.forced ? 0 : this.#holds.secondsLeft(dispatch, clock.now());
    if (seconds > 0) return { kind: 'unsent', delaySeconds: seconds };
    const outcome = await send(dispatch);
    this.#holds.hear(dispatch, outcome, clock.now());
    return outcome;
  }
}
