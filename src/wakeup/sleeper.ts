// A sleep that can be ended early: it is woken once, before or while it sleeps.

export class Sleeper {
  readonly #signal: AbortSignal | undefined;
  readonly #wakening = Promise.withResolvers<void>();
  readonly #wake = () => this.wake();
  #woken = false;

  /** @param signal also wakes it */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    if (signal?.aborted) this.wake();
    signal?.addEventListener('abort', this.#wake, { once: true });
  }

  get woken(): boolean {
    return this.#woken;
  }

  wake(): void {
    this.#woken = true;
    this.#wakening.resolve();
  }

  /** Resolves after `ms` milliseconds, or when woken. */
  async sleep(ms: number): Promise<void> {
    if (this.#woken || ms <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    const alarm = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(ms, 2_147_483_647)); // a longer one would fire immediately
    });
    await Promise.race([alarm, this.#wakening.promise]);
    clearTimeout(timer);
  }

  /** Ends it: it will not sleep again. */
  end(): void {
    this.#signal?.removeEventListener('abort', this.#wake);
  }
}
