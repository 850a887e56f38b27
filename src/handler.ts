// pgtaskqueue/handler: proves that a request is a task, and runs it. Imports no framework and no database.

export { namespaceManager } from './domain/namespace-manager.ts';
export { defineQueue, type QueueDefinition, type TaskWithBody } from './domain/queue-definition.ts';
export { DeliveredTask } from './handler/delivered-task.ts';
export { type ExpressRequest, taskFailuresExpress, taskQueueExpress } from './handler/express.ts';
export { type FastifyScope, taskQueueFastify } from './handler/fastify.ts';
export type { HandlerOptions, VerifyOptions } from './handler/handler-options.ts';
export { type HonoContext, type TaskVariables, taskQueueHono } from './handler/hono.ts';
export { PermanentTaskFailure, SingularTaskFailure } from './handler/task-failures.ts';
export { type TaskContext, type TaskHandler, taskHandler } from './handler/task-handler.ts';
export { taskOf } from './handler/task-of.ts';
export { TaskVerificationError, type VerificationProblem } from './handler/task-verification-error.ts';
export { type RawRequest, verifyTaskRequest } from './handler/verify-task-request.ts';
