// Remedies for errors, as commands. The database's own hints are SQL, for callers in SQL.

import type * as errors from '../domain/errors.ts';
import type { TaskQueueError } from '../domain/errors.ts';

type Errors = typeof errors;
type ErrorName = {
  [Name in keyof Errors]: Errors[Name] extends abstract new (...given: never[]) => TaskQueueError ? Name : never;
}[keyof Errors];

/** undefined: nothing to advise. */
type Remedy = (error: TaskQueueError, detail: Record<string, unknown>) => string | undefined;

/** For hints without SQL, or whose SQL has no command. */
const asRaised: Remedy = ({ hint }) => hint;

const command = (words: string) => `pgtaskqueue ${words}`;

/** For every class of errors: a new one without an entry does not compile. */
const REMEDIES: Record<ErrorName, Remedy> = {
  UnknownQueueError: (_, { queue, suggestion }) =>
    suggestion === undefined
      ? `Create it: ${command(`queues create ${queue}`)}\nList all queues: ${command('queues list')}`
      : `Did you mean ${suggestion}? List all queues: ${command('queues list')}`,
  UnknownTaskError: (_, { queue, cron }) =>
    cron === undefined
      ? `List the tasks of the queue: ${command(`tasks list ${queue}`)}\nList its dead tasks: ${command(`tasks dead ${queue}`)}`
      : `List all jobs: ${command('cron list')}`,
  QueueExistsError: (_, { queue }) => `Change it: ${command(`queues update ${queue} …`)}`,
  QueuePausedError: (_, { queue }) => `Resume it: ${command(`queues resume ${queue}`)}`,
  TaskAlreadyExistsError: (_, { queue, name }) => `Show it: ${command(`tasks describe ${queue} ${name}`)}`,
  TombstonedTaskError: (_, { queue, name }) =>
    `See when the name can be reused: ${command(`tasks explain ${queue} ${name}`)}`,
  InvalidQueueModeError: ({ hint }, { queue, mode, method }) => {
    if (method !== undefined) return hint;
    return mode === 'pull'
      ? `Lease its tasks: ${command(`tasks lease ${queue}`)}`
      : `Send a task of a push queue now: ${command(`tasks run ${queue} NAME`)}`;
  },
  InvalidUrlError: (_, { host }) =>
    host === undefined
      ? `Pass the path of the handler, such as /send?to=7; the target determines the host.\nTo send to another host, set a target: ${command('targets set NAME URL')}`
      : `Allow the host: ${command(`serve --allow-url ${host}`)}\nOr name it as a target: ${command('targets set NAME URL')}`,
  InvalidQueueError: ({ hint }, { max_queues }) =>
    max_queues === undefined
      ? hint
      : `Delete a queue, or raise the limit: ${command(`migrate --limits queues=${Number(max_queues) + 1}`)}`,
  StorageLimitExceededError: () =>
    `Delete or purge tasks, or raise the limit: ${command('migrate --limits …')}\nSee which queues hold the tasks: ${command('queues list')}`,
  TransientError: asRaised,
  TaskQueueError: asRaised,
  InternalError: asRaised,
  PermissionDeniedError: asRaised,
  SchemaVersionError: asRaised,
  DatastoreError: asRaised,
  EnqueueOutcomeUnknown: asRaised,
  QueueConfigError: asRaised,
  InvalidQueueNameError: () => `List all queues: ${command('queues list')}`,
  TombstonedQueueError: asRaised,
  InvalidRequestError: ({ hint }, { rights, scopes }) =>
    rights !== undefined
      ? 'For example: --right enqueue'
      : scopes !== undefined
        ? 'For example: --scope taskqueue'
        : hint,
  InvalidRetryParametersError: asRaised,
  InvalidTaskRetryOptionsError: asRaised,
  InvalidTargetError: asRaised,
  InvalidKeyError: asRaised,
  InvalidTagError: asRaised,
  InvalidTaskError: asRaised,
  InvalidTaskNameError: asRaised,
  InvalidEtaError: asRaised,
  InvalidDispatchDeadlineError: asRaised,
  InvalidLeaseTimeError: asRaised,
  InvalidMaxTasksError: asRaised,
  TaskTooLargeError: asRaised,
  TransactionalRequestTooLargeError: asRaised,
  TaskLeaseExpiredError: asRaised,
  BadTaskStateError: asRaised,
  BadTransactionStateError: asRaised,
  DuplicateTaskNameError: asRaised,
  TooManyTasksError: asRaised,
};

/** What to do about the error; undefined: nothing is known. */
export function remedyOf(error: TaskQueueError): string | undefined {
  return (REMEDIES[error.name as ErrorName] ?? asRaised)(error, error.detail ?? {});
}
