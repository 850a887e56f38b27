// The metrics of a relay, in Prometheus's text format.

import { type Metric, Registry } from 'prom-client';
import type { Relay } from '../relay/relay.ts';
import type { RelayCounts } from '../relay/relay-source.ts';

interface RelayFamily {
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  values(counts: RelayCounts): { value: number; labels?: Record<string, string> }[];
}

const FAMILIES: readonly RelayFamily[] = [
  {
    name: 'pgtaskqueue_relay_rows_total',
    type: 'counter',
    help: 'Rows that left the outbox as new tasks (added) or as tasks that had been added before (repeated).',
    values: ({ added, repeated }) => [
      { value: added, labels: { result: 'added' } },
      { value: repeated, labels: { result: 'repeated' } },
    ],
  },
  {
    name: 'pgtaskqueue_relay_refused_total',
    type: 'counter',
    help: 'Rows that could not be added and stayed in the outbox; each try counts.',
    values: ({ refused }) => [{ value: refused }],
  },
  {
    name: 'pgtaskqueue_relay_set_aside',
    type: 'gauge',
    help: 'Rows and queues that wait for another try.',
    values: ({ setAside }) => [{ value: setAside }],
  },
  {
    name: 'pgtaskqueue_relay_lag_seconds',
    type: 'gauge',
    help: 'Age of the oldest row in the outbox at the last pass; 0: it was empty.',
    values: ({ lagSeconds }) => (lagSeconds === undefined ? [] : [{ value: lagSeconds }]),
  },
];

export class RelayMetrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();

  constructor(relay: Relay) {
    for (const { name, type, help, values } of FAMILIES) {
      const get = async () => ({
        ...{ name, type, help },
        values: relay
          .counts()
          .flatMap(({ source, counts }) =>
            values(counts).map(({ value, labels }) => ({ value, labels: { source, ...labels } })),
          ),
      });
      this.#registry.registerMetric({ name, get } as unknown as Metric);
    }
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
