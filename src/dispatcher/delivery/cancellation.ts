// What may end an attempt before its response does: its deadline, or the dispatcher's stop. An AbortSignal is made only for who asks for one: it costs
// more than all else that an attempt needs.

export class Ending {
  #reason: Error | undefined;
  #listener: ((reason: Error) => void) | undefined;
  #controller: AbortController | undefined;

  /** Why the attempt was ended; undefined: it was not. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls back when the attempt is ended, at once if it is. There is one listener. */
  onEnd(listener: (reason: Error) => void): void {
    if (this.#reason) listener(this.#reason);
    else this.#listener = listener;
  }

  /** Only the first reason counts. */
  end(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#listener?.(reason);
  }
}
