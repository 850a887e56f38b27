// The metrics of pgtaskqueue: their names, and how each is read. Base units, as Prometheus wants them.

import type { LedQueueFigures } from '../dispatcher/leadership/led-queues.ts';
import type { DatabaseSample, QueueSample } from '../store/metrics-sample.ts';
import { type Histogram, SECONDS_BUCKETS } from './histogram.ts';
import type { ProcessCounts } from './process-counts.ts';
import { OTHER_QUEUES, type QueueSeries } from './queue-series.ts';

type Labels = Readonly<Record<string, string | number>>;

export interface Value {
  value: number;
  labels: Labels;
  /** With the suffix of a histogram's part. */
  metricName?: string;
}

export interface DescribedFamily {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
}

export interface Family extends DescribedFamily {
  values(scrape: Scrape): Value[];
}

/** What one scrape shows of one database. */
export interface Scrape {
  series: readonly (readonly [queue: string, series: QueueSeries])[];
  process: Pick<ProcessCounts, 'claimTime' | 'settleDelay' | 'databaseErrors'>;
  /** By queue, as labelled. */
  led: readonly LedQueueFigures[];
  /** Undefined: the database did not answer. */
  sample: DatabaseSample | undefined;
  /** By queue, as labelled. */
  stored: readonly QueueSample[];
  now: number;
}

const counter = (name: string, help: string, count: (series: QueueSeries) => number): Family => ({
  ...{ name, type: 'counter', help },
  values: ({ series }) => series.map(([queue, each]) => ({ value: count(each), labels: { queue } })),
});

const histogram = (name: string, help: string, of: (series: QueueSeries) => Histogram): Family => ({
  ...{ name, type: 'histogram', help },
  values: ({ series }) => series.flatMap(([queue, each]) => buckets(name, of(each), { queue })),
});

const ofProcess = (name: string, help: string, of: (process: Scrape['process']) => Histogram): Family => ({
  ...{ name, type: 'histogram', help },
  values: ({ process }) => buckets(name, of(process), {}),
});

const led = (name: string, help: string, figure: (queue: LedQueueFigures) => number | undefined): Family => ({
  ...{ name, type: 'gauge', help },
  values: (scrape) => scrape.led.flatMap((queue) => sampleOf(figure(queue), queue.queue)),
});

const stored = (
  name: string,
  help: string,
  figure: (queue: QueueSample, now: number) => number | undefined,
): Family => ({
  ...{ name, type: 'gauge', help },
  values: (scrape) => scrape.stored.flatMap((queue) => sampleOf(figure(queue, scrape.now), queue.queue)),
});

const single = (
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: (scrape: Scrape) => number | undefined | null,
): Family => ({
  ...{ name, type, help },
  values: (scrape) =>
    [value(scrape)].flatMap((each) => (typeof each === 'number' ? [{ value: each, labels: {} }] : [])),
});

/** Of each database. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'pgtaskqueue_attempts_total',
    type: 'counter',
    help: 'Attempts of this process that ended, by outcome: success, or why it failed.',
    values: ({ series }) =>
      series.flatMap(([queue, { attempts }]) =>
        [...attempts].map(([outcome, value]) => ({ value, labels: { queue, outcome } })),
      ),
  },
  counter('pgtaskqueue_dead_total', 'Tasks that failed for good in this process.', ({ dead }) => dead),
  counter(
    'pgtaskqueue_stale_total',
    'Attempts of this process whose lease had expired before their outcome was recorded.',
    ({ stale }) => stale,
  ),
  counter(
    'pgtaskqueue_released_total',
    'Tasks that this process claimed and did not send.',
    ({ released }) => released,
  ),
  counter('pgtaskqueue_claims_total', 'Claim statements of this process.', ({ claimCalls }) => claimCalls),
  counter('pgtaskqueue_claimed_tasks_total', 'Tasks that this process claimed.', ({ claimed }) => claimed),
  counter(
    'pgtaskqueue_doorbell_waits_total',
    'How often a queue that this process leads went to sleep until it is notified.',
    ({ doorbellWaits }) => doorbellWaits,
  ),
  counter(
    'pgtaskqueue_http_leased_tasks_total',
    'Tasks of pull queues that were leased over HTTP from this process.',
    ({ leasedOverHttp }) => leasedOverHttp,
  ),
  histogram('pgtaskqueue_lag_seconds', 'From when a task was due until it was sent.', ({ lag }) => lag),
  histogram('pgtaskqueue_attempt_duration_seconds', 'From request to response.', ({ duration }) => duration),
  ofProcess(
    'pgtaskqueue_claim_seconds',
    'How long the claim statements of this process took.',
    ({ claimTime }) => claimTime,
  ),
  ofProcess(
    'pgtaskqueue_settle_delay_seconds',
    'From a response until its outcome was recorded.',
    ({ settleDelay }) => settleDelay,
  ),
  single(
    'pgtaskqueue_database_errors_total',
    'counter',
    "Failed database calls of this process's dispatcher.",
    ({ process }) => process.databaseErrors,
  ),
  led('pgtaskqueue_leader', '1 for each queue that this process leads.', ({ queues }) => queues),
  led('pgtaskqueue_in_flight', 'Attempts of queues led here that await their response.', ({ inFlight }) => inFlight),
  led('pgtaskqueue_tokens', 'Tasks that may start now, by the token bucket of the queue.', ({ tokens }) => tokens),
  led('pgtaskqueue_enforced_rate', 'Tasks per second that a queue is held to.', ({ enforcedRate }) => enforcedRate),
  stored(
    'pgtaskqueue_queue_tasks',
    'Tasks not yet completed, of all servers; above 100 estimated.',
    ({ tasks }) => tasks,
  ),
  stored(
    'pgtaskqueue_queue_oldest_due_age_seconds',
    'For how long the oldest due task has been due; 0: none is.',
    ({ oldestDue }, now) => (oldestDue === null ? 0 : Math.max(0, now - oldestDue) / 1000),
  ),
  stored('pgtaskqueue_queue_dead_tasks', 'Dead tasks that are kept, counted up to 1000.', ({ dead }) => dead),
  stored('pgtaskqueue_queue_paused', '1 if the queue is paused or disabled.', ({ paused }) => (paused ? 1 : 0)),
  single(
    'pgtaskqueue_horizon_age_seconds',
    'gauge',
    'Age of the oldest snapshot that holds vacuum back, as far as the role may see sessions of others.',
    ({ sample }) => sample?.horizonAgeSeconds,
  ),
  single(
    'pgtaskqueue_dispatchers',
    'gauge',
    'Dispatchers connected to the database.',
    ({ sample }) => sample?.dispatchers,
  ),
  single('pgtaskqueue_database_up', 'gauge', '1 if the database answered.', ({ sample }) => (sample ? 1 : 0)),
];

/** Of the process. */
export const BUILD_INFO: DescribedFamily = {
  name: 'pgtaskqueue_build_info',
  type: 'gauge',
  help: '1, with the version of the program.',
};

/** Of each cell, also of those that have not started. */
export const CELL_READY: DescribedFamily = {
  name: 'pgtaskqueue_cell_ready',
  type: 'gauge',
  help: '1 if the cell has started here and its database answered; only where a server has cells.',
};

function sampleOf(value: number | undefined, queue: string): Value[] {
  return value === undefined ? [] : [{ value, labels: { queue } }];
}

function buckets(name: string, { counts, sum }: Histogram, labels: Labels): Value[] {
  let count = 0;
  const values = counts.map((own, i): Value => {
    count += own;
    return { metricName: `${name}_bucket`, value: count, labels: { ...labels, le: SECONDS_BUCKETS[i] ?? '+Inf' } };
  });
  return [
    ...values,
    { metricName: `${name}_sum`, value: sum, labels },
    { metricName: `${name}_count`, value: count, labels },
  ];
}

/** Queues beyond the first ones are summed up as one. */
export function bounded<Row extends { queue: string }>(
  rows: readonly Row[],
  limit: number,
  sum: (rows: readonly Row[]) => Omit<Row, 'queue'>,
): Row[] {
  if (rows.length <= limit) return [...rows];
  return [...rows.slice(0, limit), { ...sum(rows.slice(limit)), queue: OTHER_QUEUES } as Row];
}
