// The limits that App Engine documents. The database enforces them; these copies are for display and for checks before
// a call. A test compares the two.

/** Tasks in one call of add. */
export const MAX_TASKS_PER_ADD = 100;
/** Tasks added in one transaction. */
export const MAX_TASKS_PER_TRANSACTION = 5;
/** Bytes of one transactional add. */
export const MAX_TRANSACTIONAL_REQUEST_BYTES = 1_048_576;
/** Bytes of a push task: method, URL, headers and body. */
export const MAX_PUSH_TASK_BYTES = 102_400;
/** Bytes of a pull task. */
export const MAX_PULL_TASK_BYTES = 1_048_576;
/** Characters of a task's name. */
export const MAX_TASK_NAME_LENGTH = 500;
/** Characters of a queue's name. */
export const MAX_QUEUE_NAME_LENGTH = 100;
/** Characters of a URL, before its params. */
export const MAX_URL_LENGTH = 2083;
/** Bytes of a tag. */
export const MAX_TAG_BYTES = 500;
/** How far ahead an ETA may be: 30 days. */
export const MAX_ETA_SECONDS = 2_592_000;
/** The longest lease: a week. */
export const MAX_LEASE_SECONDS = 604_800;
/** Tasks leased with one call. */
export const MAX_TASKS_PER_LEASE = 1000;
/** The shortest dispatch deadline. */
export const MIN_DISPATCH_DEADLINE_SECONDS = 15;
/** The longest dispatch deadline: a day. */
export const MAX_DISPATCH_DEADLINE_SECONDS = 86_400;
/** How deep a JSON body may nest. */
export const MAX_JSON_DEPTH = 100;
