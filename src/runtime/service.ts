// The contract of everything that runs until it is stopped: it starts once, stopping twice does no harm, and stop
// awaits the work under way.

/** Default of `deadlineSeconds`: how many seconds a stop waits for work under way. */
export const STOP_SECONDS = 25;

export interface Service {
  /** Resolves once it works. Further calls return the same result; after a stop it rejects. */
  start(): Promise<void>;
  /** Resolves once nothing of it runs any more. Further calls return the same result. */
  stop(): Promise<void>;
}

/** Implements the contract for a service that supplies only the work of starting and stopping. */
export class Lifecycle {
  readonly #name: string;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get started(): boolean {
    return this.#started !== undefined;
  }

  get stopping(): boolean {
    return this.#stopped !== undefined;
  }

  start(work: () => Promise<void>): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error(`${this.#name} was stopped; create a new one`));
    this.#started ??= work();
    return this.#started;
  }

  /** Waits for a start that is still under way, so that everything it opens is closed. */
  stop(work: () => Promise<void>): Promise<void> {
    this.#stopped ??= (this.#started ?? Promise.resolve()).catch(() => {}).then(work);
    return this.#stopped;
  }
}
