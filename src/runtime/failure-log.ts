// Log lines about failures that may come by the thousand. The first of a kind is written at once; those that follow are
// counted, and summed up once a minute. When the work succeeds again, one line says so.

import type { Clock } from './clock.ts';
import type { LogFields, Logger } from './logger.ts';

/** Least time between two lines about failures of one kind. */
const EVERY_MS = 60_000;
/** Kinds that are told apart; beyond that the oldest are forgotten, and count as new when they come again. */
const MOST_KINDS = 1_000;

/** What tells failures of one kind from others, beside the queue. */
export interface FailureKind {
  queue: string;
  /** Where the attempt was sent; undefined: it ran here. */
  target?: string | undefined;
  reason: string;
}

export interface FailureWords {
  /** For the first, as in `an attempt failed`. */
  first: string;
  /** For those that follow, with their number: `attempts keep failing`. */
  more: string;
  /** Once it succeeds: `attempts succeed again`. */
  over: string;
}

interface Series {
  kind: FailureKind;
  since: number;
  total: number;
  /** Failures since the last line, and the fields of the last of them. */
  pending: number;
  latest: LogFields;
  /** Successes came between the failures: it is over only when a minute passes without any. */
  mixed: boolean;
  /** The last attempt that ended was a success. */
  works: boolean;
  /** The line that it is over was written. */
  told: boolean;
  cancel: (() => void) | undefined;
}

export class FailureLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #words: FailureWords;
  readonly #series = new Map<string, Series>();

  constructor(logger: Logger, clock: Clock, words: FailureWords) {
    this.#logger = logger;
    this.#clock = clock;
    this.#words = words;
  }

  /** @param fields about this failure, beside its kind */
  failed(kind: FailureKind, fields: LogFields): void {
    const series = this.#seriesOf(kind);
    series.total += 1;
    series.latest = fields;
    series.mixed ||= series.works;
    series.works = false;
    series.told = false;
    if (series.cancel) {
      series.pending += 1;
      this.#logger.debug(this.#words.first, { ...kind, ...fields });
      return;
    }
    this.#logger.warn(this.#words.first, { ...kind, ...fields });
    this.#arm(series);
  }

  /** An attempt of the queue at the target succeeded. Costs nothing while nothing fails. */
  worked(queue: string, target?: string): void {
    if (this.#series.size === 0) return;
    for (const series of this.#series.values()) {
      if (series.kind.queue !== queue || series.kind.target !== target || series.works) continue;
      series.works = true;
      if (!series.mixed || !series.cancel) this.#tellOver(series);
    }
  }

  /** Sums up what has been counted and not yet written. */
  close(): void {
    for (const series of this.#series.values()) {
      series.cancel?.();
      this.#tellMore(series);
    }
    this.#series.clear();
  }

  #seriesOf(kind: FailureKind): Series {
    const key = keyOf(kind);
    const known = this.#series.get(key);
    if (known) return known;
    if (this.#series.size >= MOST_KINDS) this.#forgetOldest();
    const none = { total: 0, pending: 0, latest: {}, mixed: false, works: false, told: false, cancel: undefined };
    const series = { kind, since: this.#clock.now(), ...none };
    this.#series.set(key, series);
    return series;
  }

  #forgetOldest(): void {
    for (const [key, series] of this.#series) {
      series.cancel?.();
      this.#tellMore(series);
      this.#series.delete(key);
      return;
    }
  }

  #arm(series: Series): void {
    series.cancel = this.#clock.alarm(EVERY_MS, () => this.#minutePassed(series), { background: true });
  }

  #minutePassed(series: Series): void {
    series.cancel = undefined;
    if (series.pending > 0) {
      this.#tellMore(series);
      this.#arm(series);
    } else if (series.told) this.#series.delete(keyOf(series.kind));
    else if (series.works) this.#tellOver(series);
  }

  #tellMore(series: Series): void {
    if (series.pending === 0) return;
    this.#logger.warn(this.#words.more, { ...series.kind, failures: series.pending, ...series.latest });
    series.pending = 0;
  }

  /** A warning too: whoever was told of the failures is told of their end. */
  #tellOver(series: Series): void {
    const seconds = Math.round((this.#clock.now() - series.since) / 1000);
    this.#logger.warn(this.#words.over, { ...series.kind, failures: series.total, inSeconds: seconds });
    series.told = true;
    series.pending = 0;
    if (!series.cancel) this.#series.delete(keyOf(series.kind));
  }
}

function keyOf({ queue, target = '', reason }: FailureKind): string {
  return `${queue}\n${target}\n${reason}`;
}
