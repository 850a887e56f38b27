// What /metrics shows of one database: the counts of this process, and a sample of the queues.

import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { LedQueueFigures } from '../dispatcher/leadership/led-queues.ts';
import { observeDispatcher } from '../dispatcher/reporting/observe.ts';
import type { Executor } from '../postgres/executor.ts';
import { systemClock } from '../runtime/clock.ts';
import { type DatabaseSample, type QueueSample, sampleQueues } from '../store/metrics-sample.ts';
import { bounded, type Scrape } from './families.ts';
import { ProcessCounts } from './process-counts.ts';

/** How long a sample of the database is shown. */
const SAMPLE_MS = 10_000;
/** How long a scrape waits for the database. */
const PATIENCE_MS = 3_000;

export interface MetricsSource {
  executor: Executor;
  /** Undefined: this process has none. */
  dispatcher?: Dispatcher | undefined;
  /** How many queues have values of their own; the others are summed up as `(other)`. */
  queues: number;
}

export class Metrics {
  readonly #source: MetricsSource;
  readonly #counts: ProcessCounts;
  readonly #led: () => LedQueueFigures[];
  #sampling: Promise<DatabaseSample | undefined> | undefined;
  #sampledAt = -Infinity;

  constructor(source: MetricsSource) {
    this.#source = source;
    this.#counts = new ProcessCounts(systemClock, source.queues);
    this.#led = source.dispatcher ? observeDispatcher(source.dispatcher, this.#counts) : () => [];
  }

  /** The queues that this process's dispatcher leads. */
  led(): LedQueueFigures[] {
    return this.#led();
  }

  /** A call over HTTP leased tasks of a pull queue. */
  leasedOverHttp(queue: string, tasks: number): void {
    this.#counts.leasedOverHttp(queue, tasks);
  }

  /** Waits at most three seconds for the database. */
  async scrape(): Promise<Scrape> {
    const sample = await Promise.race([this.#sample(), systemClock.sleep(PATIENCE_MS).then(() => undefined)]);
    const { queues: limit } = this.#source;
    const led = this.#led().sort(byName);
    for (const { queue } of led) this.#counts.queues.know(queue);
    return {
      series: this.#counts.queues.shown(systemClock.now()),
      process: this.#counts,
      led: bounded(led, limit, sumOfLed),
      sample,
      stored: sample ? bounded(sample.queues, limit, sumOfSamples) : [],
      now: sample?.now ?? 0,
    };
  }

  /** Concurrent scrapes share a sample. */
  #sample(): Promise<DatabaseSample | undefined> {
    const now = systemClock.now();
    if (this.#sampling && now - this.#sampledAt < SAMPLE_MS) return this.#sampling;
    this.#sampledAt = now;
    this.#sampling = sampleQueues(this.#source.executor).catch(() => {
      this.#sampling = undefined; // the next scrape asks again
      return undefined;
    });
    return this.#sampling;
  }
}

function byName(a: LedQueueFigures, b: LedQueueFigures): number {
  return a.queue < b.queue ? -1 : 1;
}

function sumOfLed(rows: readonly LedQueueFigures[]): Omit<LedQueueFigures, 'queue'> {
  const sum = (figure: (row: LedQueueFigures) => number) => rows.reduce((total, row) => total + figure(row), 0);
  return {
    queues: sum(({ queues }) => queues),
    inFlight: sum(({ inFlight }) => inFlight),
    tokens: sum(({ tokens }) => tokens),
    level: sum(({ level }) => level),
    enforcedRate: sum(({ enforcedRate }) => enforcedRate),
  };
}

function sumOfSamples(rows: readonly QueueSample[]): Omit<QueueSample, 'queue'> {
  const due = rows.flatMap(({ oldestDue }) => (oldestDue === null ? [] : [oldestDue]));
  return {
    tasks: rows.reduce((total, { tasks }) => total + tasks, 0),
    oldestDue: due.length > 0 ? Math.min(...due) : null,
    dead: rows.reduce((total, { dead }) => total + dead, 0),
    paused: rows.some(({ paused }) => paused),
  };
}
