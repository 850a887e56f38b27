// The headers of a task request: one table of what is sent, read, signed and reserved. The database has the reserved
// ones too (_is_reserved_header), and docs/internals/signing.md lists what proxies must not pass on; tests compare
// them.

/**
 * The header of each fact about a task's attempt, by the property of DeliveredTask that reads it.
 *
 * A new one begins with `X-AppEngine-`: then it is signed and reserved, and handlers of an older version, which do not
 * know it, still verify the signature. A header under another name would change what `taskqueue v1` signs, and needs a
 * second version of the signature.
 */
export const TASK_HEADERS = {
  queue: 'X-AppEngine-QueueName',
  name: 'X-AppEngine-TaskName',
  retryCount: 'X-AppEngine-TaskRetryCount',
  executionCount: 'X-AppEngine-TaskExecutionCount',
  eta: 'X-AppEngine-TaskETA',
  deadline: 'X-AppEngine-TaskDeadline',
  namespace: 'X-AppEngine-Current-Namespace',
  previousResponse: 'X-AppEngine-TaskPreviousResponse',
  retryReason: 'X-AppEngine-TaskRetryReason',
} as const;

/** The same facts in the requests of HTTP tasks. These have no namespace. */
export const HTTP_TASK_HEADERS = {
  queue: 'X-CloudTasks-QueueName',
  name: 'X-CloudTasks-TaskName',
  retryCount: 'X-CloudTasks-TaskRetryCount',
  executionCount: 'X-CloudTasks-TaskExecutionCount',
  eta: 'X-CloudTasks-TaskETA',
  deadline: 'X-CloudTasks-TaskDeadline',
  previousResponse: 'X-CloudTasks-TaskPreviousResponse',
  retryReason: 'X-CloudTasks-TaskRetryReason',
} as const satisfies Partial<Record<TaskFact, string>>;

/**
 * A response with this header and the value 1 says that the task can never succeed, whatever the status: it is not
 * retried. A status of 200 to 299 would end the task, too, but as a success.
 */
export const PERMANENT_FAILURE_HEADER = 'taskqueue-permanent-failure';

/** A fact about a task's attempt that its handler receives. */
export type TaskFact = keyof typeof TASK_HEADERS;

/** Where a rule holds: when a task is added, when it is sent, or both times. */
type Stage = 'added' | 'sent' | 'both';

/** Headers of these prefixes are facts of the task, which `taskqueue-signature` covers. */
export const SIGNED_PREFIXES = ['x-appengine-', 'x-cloudtasks-'] as const;
/** It covers these too. */
export const SIGNED_HEADERS: readonly string[] = ['traceparent'];

/** Headers of these prefixes are the service's: a task's own are dropped. */
export const RESERVED_PREFIXES = [...SIGNED_PREFIXES, 'x-google-', 'webhook-'] as const;

/**
 * Headers of the connection, of the service or of its proof: a task's own are dropped, when it is added or when it is
 * sent.
 */
export const RESERVED_HEADERS: Readonly<Record<string, Stage>> = {
  'accept-encoding': 'both',
  connection: 'both',
  'content-length': 'both',
  cookie: 'both',
  expect: 'both',
  // Becomes the task's target when it is added.
  host: 'sent',
  'keep-alive': 'both',
  'proxy-authenticate': 'both',
  'proxy-authorization': 'both',
  'proxy-connection': 'both',
  referer: 'both',
  'taskqueue-notice': 'added',
  'taskqueue-signature': 'both',
  te: 'both',
  trailer: 'both',
  'transfer-encoding': 'both',
  upgrade: 'both',
  // The service's agent is appended to it.
  'user-agent': 'sent',
};

/** Headers of a reserved prefix that a task may carry nevertheless. */
export const CARRIED_HEADERS: Readonly<Record<string, Stage>> = {
  // Only cron's own tasks have it.
  'x-appengine-cron': 'sent',
  // Becomes the task's namespace when it is added.
  'x-appengine-current-namespace': 'added',
  'x-appengine-default-namespace': 'both',
  'x-appengine-failfast': 'both',
};

/** Reserved headers that HTTP tasks may carry nevertheless: those of their content, not of the connection. */
export const CARRIED_BY_HTTP_TASKS: readonly string[] = ['cookie', 'referer'];

/** The names of a table for which a rule holds at a stage. */
export function namesAt(table: Readonly<Record<string, Stage>>, stage: 'added' | 'sent'): string[] {
  return Object.keys(table).filter((name) => table[name] === stage || table[name] === 'both');
}
