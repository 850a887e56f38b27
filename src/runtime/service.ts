// The contract of everything that runs until it is told to stop: start once, stop twice without harm, stop awaits the work.

/** How long a stop waits for work under way, in seconds, unless it is told otherwise. */
export const STOP_SECONDS = 25;

export interface Service {
  /** Resolves once it works. A second call answers as the first; after a stop it rejects. */
  start(): Promise<void>;
  /** Resolves once nothing of it runs any more. Further calls answer as the first. */
  stop(): Promise<void>;
}

/** Keeps the contract for a service that says only what starting and stopping do. */
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
    if (this.#stopped) return Promise.reject(new Error(`${this.#name} was stopped; make a new one`));
    this.#started ??= work();
    return this.#started;
  }

  /** Waits for a start that is still under way, so that nothing it opens is left behind. */
  stop(work: () => Promise<void>): Promise<void> {
    this.#stopped ??= (this.#started ?? Promise.resolve()).catch(() => {}).then(work);
    return this.#stopped;
  }
}
