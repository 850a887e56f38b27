// pgtaskqueue/worker: leases the tasks of a pull queue and has them handled.

export { LeasedTask } from './client/task.ts';
export { createLogger, jsonLogger, type LoggerOptions } from './runtime/create-logger.ts';
export type { LogFields, Logger } from './runtime/logger.ts';
export type { TelemetryApi, TelemetryOptions } from './runtime/telemetry.ts';
export type {
  Backoff,
  BatchContext,
  LeasedTaskContext,
  LeasedTaskResult,
  PullWorkerCommonOptions,
  PullWorkerOptions,
  StopWorkerOptions,
  WorkerHooks,
} from './worker/options.ts';
export { PullWorker, type RunSummary } from './worker/pull-worker.ts';
