// The rate that a queue is held to while its handlers can't keep up. It is halved by each second that brings a throttle
// signal, and raised by a tenth of the configured rate for every ten seconds without one. Pure: the caller supplies the
// time.

const HALVED_AT_MOST_EVERY_MS = 1_000;
const RISES_EVERY_MS = 10_000;
/** As fractions of the configured rate. */
const LEAST = 0.01;
const RISE = 0.1;

export class EnforcedRate {
  #configured: number;
  #value: number;
  #quietSince = -Infinity;
  #halvedAt = -Infinity;

  /** Begins unthrottled. Rates are in tasks per second. */
  constructor(configured: number) {
    this.#configured = configured;
    this.#value = configured;
  }

  /** Tasks per second, as of the last rise or signal. */
  get value(): number {
    return this.#value;
  }

  get throttled(): boolean {
    return this.#value < this.#configured;
  }

  /** When the next ten seconds without a signal end, in milliseconds; Infinity if the rate is not lowered. */
  get risesAt(): number {
    return this.throttled ? this.#quietSince + RISES_EVERY_MS : Infinity;
  }

  /** For a queue that was created, reconfigured or resumed. */
  reset(configured: number): void {
    this.#configured = configured;
    this.#value = configured;
    this.#halvedAt = -Infinity;
  }

  /** Continues from another leader's rate. */
  takeOver(value: number, now: number): void {
    this.#value = Math.min(Math.max(value, this.#configured * LEAST), this.#configured);
    this.#quietSince = now;
  }

  /** A handler asks for fewer requests. Returns true if that halved the rate, which happens at most once a second. */
  signal(now: number): boolean {
    this.#quietSince = now;
    if (now - this.#halvedAt < HALVED_AT_MOST_EVERY_MS) return false;
    this.#halvedAt = now;
    this.#value = Math.max(this.#value / 2, this.#configured * LEAST);
    return true;
  }

  /** Raises the rate by one step, at `risesAt`. */
  rise(): void {
    this.#quietSince = this.risesAt;
    const risen = this.#value + this.#configured * RISE;
    this.#value = risen > this.#configured * (1 - 1e-9) ? this.#configured : risen; // rounding of tenths
  }
}
