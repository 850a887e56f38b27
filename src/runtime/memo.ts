// A cache for values that are computed once and asked for often.

/** Most cached values. When the cache is full it is emptied, so that names that never recur cannot fill the memory. */
const MOST = 1_000;

/**
 * A function whose results are cached.
 *
 * @example
 * const host = new Memo((url: string) => new URL(url).host)
 * host.of('http://a/b') // parsed now, and cached
 */
export class Memo<Key, Value> {
  readonly #make: (key: Key) => Value;
  readonly #known = new Map<Key, Value>();

  /** @param make computes a value. Errors are rethrown to the caller and not cached. */
  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  of(key: Key): Value {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known as Value;
    const made = this.#make(key);
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }

  /** Empties the cache, because the results may have changed. */
  forget(): void {
    this.#known.clear();
  }
}
