// pgtaskqueue/dispatcher: sends the tasks of push queues to their handlers, inside your own program.

export type { SigningSecrets } from './dispatcher/delivery/request-keys.ts';
export type { DispatcherTarget, FetchFunction } from './dispatcher/delivery/targets.ts';
export { Dispatcher } from './dispatcher/dispatcher.ts';
export type { DevelopmentOptions, DispatcherOptions, StopOptions } from './dispatcher/options.ts';
export type { AttemptInfo, AttemptResult } from './dispatcher/reporting/attempt-info.ts';
export type { DispatcherHooks } from './dispatcher/reporting/hooks.ts';
export type { RunCounts, RunResult } from './dispatcher/upkeep/run-counts.ts';
export { createLogger, jsonLogger, type LoggerOptions } from './runtime/create-logger.ts';
export type { LogFields, Logger } from './runtime/logger.ts';
export type { TelemetryApi, TelemetryOptions } from './runtime/telemetry.ts';
export type { TaskTokenOptions } from './task-tokens/task-tokens.ts';
