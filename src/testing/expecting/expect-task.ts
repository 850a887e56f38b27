// Assertions about the tasks of a queue, for any test runner.

import { AssertionError } from 'node:assert';
import type { QueueHandle } from '../../client/queue-handle.ts';
import { type ExpectTaskOptions, searchTasks } from './search.ts';
import type { TaskDescription, TestTask } from './task-matcher.ts';

/**
 * Asserts that the queue has a task like this, and returns the first one. Live tasks count, whether they are due,
 * scheduled, leased or wait for a retry; dead and completed ones only if `state` says so.
 *
 * @throws AssertionError that lists the tasks that are there, the closest first, with the differences; TypeError for a
 *   misspelt property; UnknownQueueError
 * @example
 * ```ts
 * await expectTask(queues.queue('mail'), { url: '/send', json: { to: /@example\.com$/ }, countdown: '1h' })
 * await expectTask(queue, { name: 'receipt-7', state: 'dead' })
 * await expectTask(queue, { url: '/send' }, { transaction: client }) // not committed yet
 * ```
 */
export async function expectTask(
  queue: QueueHandle,
  expected: TaskDescription,
  options?: ExpectTaskOptions,
): Promise<TestTask> {
  const { found, missing } = await searchTasks(queue, expected, options);
  if (found[0]) return found[0];
  throw new AssertionError({ message: await missing(), operator: 'expectTask', stackStartFn: expectTask });
}

/**
 * Asserts that the queue has no task like this; `{}` is like any live task.
 *
 * @throws AssertionError that lists them; TypeError for a misspelt property; UnknownQueueError
 * @example await expectNoTask(queues.queue('mail'), { url: '/send' })
 */
export async function expectNoTask(
  queue: QueueHandle,
  expected: TaskDescription = {},
  options?: ExpectTaskOptions,
): Promise<void> {
  const { found, unwanted } = await searchTasks(queue, expected, options);
  if (found.length === 0) return;
  throw new AssertionError({ message: unwanted(), operator: 'expectNoTask', stackStartFn: expectNoTask });
}

/** A matcher as vitest and jest call it. */
type AsyncMatcher = (
  queue: QueueHandle,
  expected?: TaskDescription,
  options?: ExpectTaskOptions,
) => Promise<{ pass: boolean; message: () => string }>;

/**
 * Matchers for vitest and jest.
 *
 * @example
 * ```ts
 * expect.extend(taskMatchers)
 * await expect(queues.queue('mail')).toHaveTask({ url: '/send' })
 * await expect(queues.queue('mail')).not.toHaveTask()
 * ```
 */
export const taskMatchers: { toHaveTask: AsyncMatcher } = {
  async toHaveTask(queue, expected = {}, options = {}) {
    const { found, missing, unwanted } = await searchTasks(queue, expected, options);
    const pass = found.length > 0;
    const message = pass ? unwanted() : await missing();
    return { pass, message: () => message };
  },
};
