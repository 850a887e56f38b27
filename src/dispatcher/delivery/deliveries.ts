// The attempts under way. Each is sent, and its outcome goes to the settler.

import type { ClaimedDispatch } from '../database/ports.ts';
import type { Outcome } from './outcome.ts';

export interface DeliveryTools {
  send(dispatch: ClaimedDispatch): Promise<Outcome>;
  settle(dispatch: ClaimedDispatch, outcome: Outcome): void;
  /** Releases a task that was claimed and will not be sent. */
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
   * Starts a delivery. Once deliveries are closed, newly claimed tasks are released, except a forced run: its claim has
   * used up the request to run it.
   *
   * @param ended called when the response has arrived or can no longer arrive
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

  /** Sends nothing more. Attempts under way continue. */
  close(): void {
    this.#closed = true;
  }

  /** Stops settling the attempts that are still under way. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Resolves when no attempt is under way. */
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
