// Proves in a test that a handler may run twice.

import type { LeasedTask } from '../../client/task.ts';
import type { FetchFunction } from '../../dispatcher/delivery/targets.ts';
import type { Proof } from '../../proving/proof.ts';
import type { LeasedTaskContext } from '../../worker/options.ts';
import type { ProveOptions } from './options.ts';

/**
 * Proves that a handler may run twice. Each task is delivered, its answer counts as lost, and it is delivered again,
 * with the same idempotency key and a retry count of 1; later, after another task or at the end, a duplicate arrives a
 * day late. What the handler did is compared: rows in all tables outside `taskqueue`, tasks that it enqueued, requests
 * that it made with `fetch` or `node:http`, and its answers. Further runs must succeed and change nothing more.
 * Requests may be repeated if they read, or carry the task's key or the same Idempotency-Key.
 *
 * What else it changes is named with `observe`. Not seen otherwise are: what a handler does after its answer, requests
 * made by other means, memory, files, and other databases. Nothing else may use the database meanwhile.
 *
 * @param handler a fetch function for push tasks; for a pull queue, a worker's handler
 * @returns what was found out about each task
 * @throws AssertionError if a handler is not idempotent, failed both times, or did nothing that could be compared, with
 *   its runs side by side; its `proofs` are what would have been returned
 * @example
 * ```ts
 * await prove(app.fetch, { queue: queues.queue('payments'), tasks: { url: '/charge', json: { order: 7 } } })
 * ```
 */
export async function prove(
  handler: FetchFunction | ((task: LeasedTask, context: LeasedTaskContext) => unknown),
  options: ProveOptions,
): Promise<Proof[]> {
  const { proveQueue } = await import('./prove-queue.ts'); // loads the dispatcher
  return proveQueue(handler, options, prove);
}
