// The schema of the scheduler's library (graphile-worker).

export { requireOwnBackend } from '../postgres/own-backend.ts';
export {
  becomeOwner,
  endSchedulerTurn,
  grantSchedulerSchema,
  hasSchedulerSchema,
  letOwnerMakeSchemas,
  SCHEDULER_SCHEMA,
  takeSchedulerTurn,
} from '../schema/scheduler-schema.ts';
