/**
 * How many attempts of one queue await their response: this leader's own, and those a former leader left behind.
 *
 * Own ones are counted here. Inherited ones are known only as leases in the database; while there are any, they are counted again with
 * each look at the queues, and the count only falls.
 */
export class InFlight {
  #own = 0;
  #ownAtLook = 0;
  #inherited: number;

  /** @param leases unexpired leases of the queue when its leadership was taken */
  constructor(leases: number) {
    this.#inherited = Math.max(0, leases);
  }

  get own(): number {
    return this.#own;
  }

  get inherited(): number {
    return this.#inherited;
  }

  get total(): number {
    return this.#own + this.#inherited;
  }

  started(n: number): void {
    this.#own += n;
  }

  finished(n = 1): void {
    this.#own -= n;
  }

  /** Call before the leases are counted. */
  beforeLook(): void {
    this.#ownAtLook = this.#own;
  }

  /** Of the leases counted, at least as many are inherited as our own can't explain, taking the lower count of before and after. */
  afterLook(leases: number): void {
    const own = Math.min(this.#ownAtLook, this.#own);
    this.#inherited = Math.min(this.#inherited, Math.max(0, leases - own));
  }
}
