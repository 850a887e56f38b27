// What was worked out once and is asked for again and again.

/** So many answers are kept; then it starts afresh, so that names that never come again can't fill the memory. */
const MOST = 1_000;

/**
 * A function that remembers its answers.
 *
 * @example
 * const host = new Memo((url: string) => new URL(url).host)
 * host.of('http://a/b') // parsed now, and remembered
 */
export class Memo<Key, Value> {
  readonly #make: (key: Key) => Value;
  readonly #known = new Map<Key, Value>();

  /** @param make what it throws is thrown to who asks, and not remembered */
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

  /** The answers may be others by now. */
  forget(): void {
    this.#known.clear();
  }
}
