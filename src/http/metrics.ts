// The metrics, for Prometheus.

import type { Route } from './route.ts';

/** Prometheus's text format, and its content type. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * `GET /metrics`: needs the right `read` on all queues, because it names them. A server without a token shows it to
 * programs on its machine.
 */
export function metricsRoute(metrics: MetricsText): Route {
  return {
    method: 'GET',
    path: '/metrics',
    needs: { right: 'read' },
    answer: async (context) => context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  };
}
