// The goals of the metrics. A goal is compared with the ratio or, without a peer, with pgtaskqueue's own number.

/** A lower or upper bound. */
export interface Goal {
  text: string;
  isMet(value: number): boolean;
}

const atLeast = (bound: number): Goal => ({ text: `≥ ${bound}`, isMet: (value) => value >= bound });
const atMost = (bound: number): Goal => ({ text: `≤ ${bound}`, isMet: (value) => value <= bound });

const GOALS: Record<string, Goal> = {
  lease_ack_cpu_vs_pgmq: atMost(0.6),
  lease_ack_rate_vs_pgmq: atLeast(1.5),
  lease_ack_rate_vs_pgmq_at_1m: atLeast(1.5),
  lease_ack_rate_vs_pgmq_at_5m: atLeast(1.3),
  lease_ack_cpu_vs_raw: atMost(1.3),
  wal_bytes_enqueue: atMost(480),
  wal_bytes_lease_ack: atMost(250),
  wal_bytes_enqueue_single: atMost(480),
  enqueue_single_cpu_vs_pgmq: atMost(0.9),
  enqueue_single_vs_raw: atLeast(0.7), // a function that only inserts reaches 0.84
  enqueue_batch_vs_pgmq: atLeast(1),
  enqueue_batch_cpu_vs_raw: atMost(1.2),
  enqueue_single_vs_graphile: atLeast(8),
  enqueue_single_vs_pgboss: atLeast(4),
  worker_1_vs_graphile: atLeast(1.05),
  worker_1_vs_pgboss: atLeast(1.05),
  worker_1_vs_pgmq: atLeast(1.05),
  worker_100_vs_graphile: atLeast(1.05),
  worker_100_vs_pgboss: atLeast(1.05),
  worker_100_vs_pgmq: atLeast(1.05),
  slow_rate_last_over_first: atLeast(0.9),
  pinned_rate_last_over_first: atLeast(0.9),
  pinned_cpu_last_over_first: atMost(1.1),
  pinned_lossy_rate_last_over_first: atLeast(0.9),
  pinned_lossy_cpu_last_over_first: atMost(1.1),
  pinned_rate_vs_pgmq: atLeast(10),
  pinned_rate_vs_pgboss: atLeast(3),
  doorbell_32_vs_none: atLeast(0.9),
  queues_list_ms: atMost(150),
  queues_list_fresh_ms: atMost(150),
  cap_1_vs_none: atLeast(0.95),
  cap_5_vs_none: atLeast(0.92),
  push_per_second: atLeast(15_000),
  push_signed_per_second: atLeast(15_000),
  push_vs_http_alone: atLeast(0.6),
  idle_latency_p50_ms: atMost(5),
  idle_latency_p99_ms: atMost(15),
  idle_queries_per_minute: atMost(60),
  api_rest_cpu_vs_add: atMost(2),
  api_grpc_cpu_vs_add: atMost(1.7),
  api_rest_heap_growth_mb: atMost(2),
  api_grpc_heap_growth_mb: atMost(2),
  api_list_page_ms: atMost(2),
};

/** Returns the goal of a metric; undefined: it is only shown. */
export function goalOf(metric: string): Goal | undefined {
  return GOALS[metric];
}
