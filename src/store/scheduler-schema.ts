// The schema of the scheduler's own library.

export { requireOwnBackend } from '../sql/own-backend.ts';
export {
  becomeOwner,
  endSchedulerTurn,
  grantSchedulerSchema,
  hasSchedulerSchema,
  letOwnerMakeSchemas,
  SCHEDULER_SCHEMA,
  takeSchedulerTurn,
} from '../sql/scheduler-schema.ts';
