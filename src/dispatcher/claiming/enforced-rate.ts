// The rate that a queue is held to while its handlers can't keep up: halved by each second that brings a throttle signal, and raised again by a tenth of the
// configured rate for each ten seconds that bring none. Pure: the caller brings the time.

const HALVED_AT_MOST_EVERY_MS = 1_000;
const RISES_EVERY_MS = 10_000;
/** Shares of the configured rate. */
const LEAST = 0.01;
const RISE = 0.1;

export class EnforcedRate {
  #configured: number;
  #value: number;
  #quietSince = -Infinity;
  #halvedAt = -Infinity;

  /** Begins unthrottled. Rates: tasks a second. */
  constructor(configured: number) {
    this.#configured = configured;
    this.#value = configured;
  }

  /** Tasks a second, as of the last rise or signal. */
  get value(): number {
    return this.#value;
  }

  get throttled(): boolean {
    return this.#value < this.#configured;
  }

  /** When the next ten seconds without a signal are full, in milliseconds; Infinity: nothing is left to rise to. */
  get risesAt(): number {
    return this.throttled ? this.#quietSince + RISES_EVERY_MS : Infinity;
  }

  /** As when the queue is created, configured anew or resumed. */
  reset(configured: number): void {
    this.#configured = configured;
    this.#value = configured;
    this.#halvedAt = -Infinity;
  }

  /** Goes on where another leader was. */
  takeOver(value: number, now: number): void {
    this.#value = Math.min(Math.max(value, this.#configured * LEAST), this.#configured);
    this.#quietSince = now;
  }

  /** A handler asks for less. Returns true when that halved the rate: once a second at most. */
  signal(now: number): boolean {
    this.#quietSince = now;
    if (now - this.#halvedAt < HALVED_AT_MOST_EVERY_MS) return false;
    this.#halvedAt = now;
    this.#value = Math.max(this.#value / 2, this.#configured * LEAST);
    return true;
  }

  /** One rise, at `risesAt`. */
  rise(): void {
    this.#quietSince = this.risesAt;
    const risen = this.#value + this.#configured * RISE;
    this.#value = risen > this.#configured * (1 - 1e-9) ? this.#configured : risen; // sums of tenths
  }
}
