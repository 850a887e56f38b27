// The attempts under way: each is sent, and what became of it goes to the settler.

import type { ClaimedDispatch } from '../database/ports.ts';
import type { Outcome } from './outcome.ts';

export interface DeliveryTools {
  send(dispatch: ClaimedDispatch): Promise<Outcome>;
  settle(dispatch: ClaimedDispatch, outcome: Outcome): void;
  /** For what was claimed and won't be sent. */
  release(dispatch: ClaimedDispatch): void;
}

export class Deliveries {
  readonly #tools: DeliveryTools;
  #running = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #closed = false;
  #abandoned = false;

  constructor(tools: DeliveryTools) {
    this.#tools = tools;
  }

  get size(): number {
    return this.#running;
  }

  /**
   * After the close, what was claimed meanwhile is given back; but not a forced run, whose wish was used up by the claim.
   *
   * @param ended called when the response came, or it is clear that none will
   */
  start(dispatch: ClaimedDispatch, ended: () => void): void {
    if (this.#closed && !dispatch.forced) {
      ended();
      this.#tools.release(dispatch);
      return;
    }
    this.#running += 1;
    void this.#deliver(dispatch, ended);
  }

  /** Nothing more is sent. What is under way goes on. */
  close(): void {
    this.#closed = true;
  }

  /** What is still under way is settled no more. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    if (this.#running === 0) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  async #deliver(dispatch: ClaimedDispatch, ended: () => void): Promise<void> {
    const outcome = await this.#tools.send(dispatch);
    if (!this.#abandoned) this.#tools.settle(dispatch, outcome);
    ended();
    this.#running -= 1;
    if (this.#running > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}
