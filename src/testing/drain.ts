// Runs everything that is due, in this process, and tells what happened.

import type { QueueHandle } from '../client/queue-handle.ts';
import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { PullWorker } from '../worker/pull-worker.ts';
import type { Drained } from './draining/drained.ts';
import type { DrainOptions, DrainQueueOptions } from './draining/options.ts';

/** A dispatcher or worker that was not started. */
export type Drainable = Dispatcher | PullWorker;

/**
 * Runs passes until nothing more is due, and returns what happened: the counts, and `tasks` in order. Later tasks, and
 * tasks whose queue has no token left, remain: move the clock and drain again, or let the drain do it.
 *
 * Pass dispatchers and workers that were not started, or a queue and the handler of its tasks. The tasks of a queue run
 * one at a time, whatever its rate; with `transaction`, all of it is part of that transaction.
 *
 * @throws Error if another dispatcher leads one of the queues, so that its tasks run there, or if tasks are still due
 *   after a thousand passes; TypeError for anything else that cannot be drained, or a misspelt option;
 *   UnknownQueueError
 * @example
 * ```ts
 * const { completed, tasks } = await drain(queues.queue('mail'), { handler: app.fetch })
 * await drain([dispatcher, worker], { clock, until: 'empty' }) // with all retries
 * await drain(dispatcher, { clock, for: '1 day' })             // a day, with its cron jobs
 * ```
 */
export async function drain(what: Drainable | readonly Drainable[], options?: DrainOptions): Promise<Drained>;
export async function drain(queue: QueueHandle, options: DrainQueueOptions): Promise<Drained>;
export async function drain(what: unknown, options: DrainOptions | DrainQueueOptions = {}): Promise<Drained> {
  const { drainAll } = await import('./draining/drain-all.ts'); // loads the dispatcher and the worker
  return drainAll(what, options);
}
