// The schema of the scheduler's own library.

export {
  becomeOwner,
  grantSchedulerSchema,
  hasSchedulerSchema,
  letOwnerMakeSchemas,
  lockSchedulerSchema,
  SCHEDULER_SCHEMA,
} from '../sql/scheduler-schema.ts';
