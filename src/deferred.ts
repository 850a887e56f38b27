// pgtaskqueue/deferred: functions that are called later, by a task.

export type { RegisterOptions } from './deferred/checked-function.ts';
export type { DeferOptions } from './deferred/defer-options.ts';
export { Deferred, type DeferredFunction, type DeferredOptions } from './deferred/deferred.ts';
export { type DeferredContext, deferredContext } from './deferred/deferred-context.ts';
export { PermanentTaskFailure, SingularTaskFailure } from './handler/task-failures.ts';
