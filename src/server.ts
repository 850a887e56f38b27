// pgtaskqueue/server: the server, or its dispatcher or scheduler alone, to run inside your own program, and the
// migration of its schema.

export { type PartOfConcurrency, SharedConcurrency } from './dispatcher/claiming/shared-concurrency.ts';
export type { SigningSecrets } from './dispatcher/delivery/request-keys.ts';
export type { DispatcherTarget, FetchFunction } from './dispatcher/delivery/targets.ts';
export { Dispatcher } from './dispatcher/dispatcher.ts';
export type { DispatcherOptions } from './dispatcher/options.ts';
export type { AttemptInfo, AttemptResult } from './dispatcher/reporting/attempt-info.ts';
export type { DispatcherHooks } from './dispatcher/reporting/hooks.ts';
export type { EmulatorControls } from './http/emulator.ts';
export { createLogger, jsonLogger, type LoggerOptions } from './runtime/create-logger.ts';
export type { LogFields, Logger } from './runtime/logger.ts';
export type { TelemetryApi, TelemetryOptions } from './runtime/telemetry.ts';
export { Scheduler, type SchedulerOptions } from './scheduler/scheduler.ts';
export { type Connection, type Migrated, type MigrateOptions, migrate } from './schema/migrate/migrate.ts';
export type { TlsFiles } from './server/certificate.ts';
export { ConfigError } from './server/config-error.ts';
export type { ServerRole } from './server/roles.ts';
export { createServer } from './server/server.ts';
export type { CellDatabase, EmulatorOptions, Server, ServerOptions } from './server/server-options.ts';
export type { TaskTokenOptions } from './task-tokens/task-tokens.ts';
