// /metrics in Prometheus's text format, over one database or several cells. prom-client writes the text and Node's own
// metrics, and is loaded only here.

import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import {
  BUILD_INFO,
  CELL_READY,
  type DescribedFamily,
  FAMILIES,
  type Family,
  type Scrape,
  type Value,
} from './families.ts';
import type { Metrics } from './metrics.ts';

/** A cell's share of the page. */
export interface CellMetrics {
  cell: string;
  /** Undefined: the cell has not started. */
  metrics: Metrics | undefined;
}

export interface MetricsPageOptions {
  /** One database, whose values have no label `cell`, or the cells of now. */
  of: Metrics | (() => readonly CellMetrics[]);
  /** Whether the metrics of the process are shown as well. */
  process: boolean;
}

/** What one scrape shows of a database, and the labels that its values get. */
interface Part {
  labels: { cell?: string };
  /** Undefined: the cell has not started. */
  scrape: Scrape | undefined;
}

export class MetricsPage {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #of: MetricsPageOptions['of'];
  #parts: readonly Part[] = [];

  constructor({ of, process }: MetricsPageOptions) {
    this.#of = of;
    if (process) collectDefaultMetrics({ register: this.#registry });
    for (const family of FAMILIES) this.#register(family, () => this.#parts.flatMap((part) => valuesOf(family, part)));
    if (typeof of === 'function') this.#register(CELL_READY, () => this.#parts.map(readiness));
    if (process) this.#register(BUILD_INFO, () => [{ value: 1, labels: { version: PACKAGE_VERSION } }]);
  }

  /** Waits at most three seconds for databases. */
  async text(): Promise<string> {
    const of = this.#of;
    this.#parts =
      typeof of === 'function' ? await Promise.all(of().map(partOf)) : [{ labels: {}, scrape: await of.scrape() }];
    return this.#registry.metrics();
  }

  #register({ name, type, help }: DescribedFamily, values: () => Value[]): void {
    const get = async () => ({ name, type, help, values: values() });
    this.#registry.registerMetric({ name, get } as unknown as Metric);
  }
}

async function partOf({ cell, metrics }: CellMetrics): Promise<Part> {
  return { labels: { cell }, scrape: await metrics?.scrape() };
}

function valuesOf({ values }: Family, { labels, scrape }: Part): Value[] {
  return scrape === undefined
    ? []
    : values(scrape).map((value) => ({ ...value, labels: { ...labels, ...value.labels } }));
}

function readiness({ labels, scrape }: Part): Value {
  return { value: scrape?.sample ? 1 : 0, labels };
}
