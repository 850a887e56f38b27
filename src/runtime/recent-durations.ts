// The durations of the last hour, in spans of ten seconds: how many there were, and their quantiles. It keeps counts by
// size and not the durations, so that its memory is bounded however many there are.

import type { Clock } from './clock.ts';

const SPAN_MS = 10_000;
const SPANS = 360;
/** Each bucket ends this much above the one before: quantiles are that exact. */
const GROWTH = 1.05;
const LEAST_MS = 0.01;

export interface DurationSpan {
  /** When it begins, in milliseconds since 1970. */
  at: number;
  count: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
}

interface Span {
  at: number;
  count: number;
  /** By bucket. */
  counts: Map<number, number>;
}

export class RecentDurations {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #spans: Span[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  record(ms: number): void {
    const span = this.#current();
    const bucket = Math.ceil(Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(GROWTH));
    span.counts.set(bucket, (span.counts.get(bucket) ?? 0) + 1);
    span.count += 1;
  }

  /** The spans in which there was any, the oldest first. */
  spans(): DurationSpan[] {
    return this.#recent().map((span) => shown(span.at, [span]));
  }

  /** All of a stretch of time as one span; undefined: there was none. Milliseconds since 1970. */
  between(from: number, until: number): DurationSpan | undefined {
    const spans = this.#recent().filter(({ at }) => at >= from && at < until);
    return spans.length === 0 ? undefined : shown(from, spans);
  }

  #recent(): Span[] {
    const oldest = this.#clock.now() - SPAN_MS * SPANS;
    return this.#spans.filter(({ at }) => at > oldest);
  }

  #current(): Span {
    const at = Math.floor(this.#clock.now() / SPAN_MS) * SPAN_MS;
    const last = this.#spans.at(-1);
    if (last && last.at >= at) return last;
    const span = { at, count: 0, counts: new Map() };
    this.#spans.push(span);
    if (this.#spans.length > SPANS) this.#spans.shift();
    return span;
  }
}

function shown(at: number, spans: readonly Span[]): DurationSpan {
  const counts = new Map<number, number>();
  for (const span of spans)
    for (const [bucket, count] of span.counts) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const count = spans.reduce((sum, span) => sum + span.count, 0);
  return { at, count, p50: quantile(sorted, count, 0.5), p95: quantile(sorted, count, 0.95) };
}

function quantile(sorted: readonly (readonly [bucket: number, count: number])[], count: number, q: number): number {
  let seen = 0;
  for (const [bucket, each] of sorted) {
    seen += each;
    if (seen >= count * q) return LEAST_MS * GROWTH ** bucket;
  }
  return 0;
}
