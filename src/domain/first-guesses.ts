// Property names that other queues and libraries use, and what to write instead.

const COUNTDOWN = 'use countdown, in seconds from now';
const ETA = 'use eta, a Date or RFC 3339 text';
const BODY = 'use json for a value, or payload for text or bytes';
const RETRY = 'use retryOptions, such as { taskRetryLimit: 5 }';
const QUEUE = "use the queue's handle: queues.queue('mail').add(task)";
const DATABASE = 'use database, which takes a connection string, a pg.Pool or a Kysely instance';

/** For properties of a task. */
export const TASK_GUESSES = {
  queue: QUEUE,
  queueName: QUEUE,
  delay: COUNTDOWN,
  delaySeconds: COUNTDOWN,
  delayMs: COUNTDOWN,
  startAfter: COUNTDOWN,
  runAt: ETA,
  runAfter: ETA,
  scheduleTime: ETA,
  scheduledAt: ETA,
  body: BODY,
  data: BODY,
  retries: RETRY,
  retry: RETRY,
  attempts: RETRY,
  maxAttempts: RETRY,
  timeout: 'use dispatchDeadline, in seconds',
  path: 'use url, the path of the handler at the target',
};

/** For options of add. */
export const ADD_GUESSES = {
  queue: QUEUE,
  delay: 'it is a property of the task: use countdown, in seconds from now',
  client: 'use transaction',
  trx: 'use transaction',
  tx: 'use transaction',
};

/** For options of TaskQueues. */
export const TASK_QUEUES_GUESSES = {
  connectionString: DATABASE,
  connection: DATABASE,
  databaseUrl: DATABASE,
  url: DATABASE,
  pool: DATABASE,
  client: DATABASE,
  db: DATABASE,
  queue: "name the queue where it is used: new TaskQueues({ database }).queue('mail')",
};
