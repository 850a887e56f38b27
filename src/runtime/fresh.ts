// A value that is loaded again when it has become too old. Concurrent readers share a load.

import type { Clock } from './clock.ts';

export interface Freshness {
  /** Younger than this, the value is returned as it is. Milliseconds. */
  freshMs: number;
  /** Older than fresh but younger than this, it is returned and loaded again in the background. Default: `freshMs`. */
  staleMs?: number;
}

export interface Loaded<Value> {
  value: Value;
  /** When it was loaded, in milliseconds since 1970. */
  at: number;
}

/**
 * @example
 * const sizes = new Fresh(() => readSizes(executor), { freshMs: 10_000 }, systemClock)
 * const { value } = await sizes.read()
 */
export class Fresh<Value> {
  readonly #load: () => Promise<Value>;
  readonly #freshness: Freshness;
  readonly #clock: Pick<Clock, 'now'>;
  #loaded: Loaded<Value> | undefined;
  #loading: Promise<Loaded<Value>> | undefined;

  constructor(load: () => Promise<Value>, freshness: Freshness, clock: Pick<Clock, 'now'>) {
    this.#load = load;
    this.#freshness = freshness;
    this.#clock = clock;
  }

  /** Rejects with the error of the load, if there is no value that is young enough. */
  async read(): Promise<Loaded<Value>> {
    const { freshMs, staleMs = freshMs } = this.#freshness;
    const age = this.#clock.now() - (this.#loaded?.at ?? -Infinity);
    if (this.#loaded && age < freshMs) return this.#loaded;
    const loading = this.#reload();
    if (!this.#loaded || age >= staleMs) return loading;
    loading.catch(() => {}); // the next reader tries again
    return this.#loaded;
  }

  #reload(): Promise<Loaded<Value>> {
    const at = this.#clock.now();
    this.#loading ??= this.#load()
      .then((value) => {
        this.#loaded = { value, at };
        return this.#loaded;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }
}
