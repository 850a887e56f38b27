// Everything that is known about a task: live, dead, completed, or ended with a name that is not free yet.

import { TombstonedTaskError, UnknownTaskError } from '../../../domain/errors.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import type { Tombstone } from '../../../domain/found-task.ts';
import type { QueueStatus } from '../../../domain/queue.ts';
import type { RetryParameters } from '../../../domain/retry.ts';
import type { Attempt, CompletedTask, DeadTask, TaskDetails, TaskStatus } from '../../../domain/task.ts';
import { listAttempts } from '../../../store/attempts.ts';
import { listCompletedTasks } from '../../../store/completed-tasks.ts';
import { findDeadTask } from '../../../store/dead-tasks.ts';
import { explainTask } from '../../../store/explanations.ts';
import { findTombstones } from '../../../store/found-tasks.ts';
import { describeQueue } from '../../../store/queues.ts';
import { describeTask, taskDetails, taskPayload } from '../../../store/tasks.ts';
import type { ConsoleRequest } from '../../route.ts';

export interface TaskStory {
  queue: QueueStatus;
  name: string;
  live: TaskStatus | undefined;
  dead: DeadTask | undefined;
  completed: CompletedTask | undefined;
  tombstone: Tombstone | undefined;
  explanations: readonly Explanation[];
  /** The oldest first; of this task, not of an earlier one of its name. */
  attempts: readonly Attempt[];
  /** null: the viewer may not read payloads, or the task has ended. */
  details: TaskDetails | null;
  body: Uint8Array | null;
}

/** What of a story changes while its page is open. */
export type StoryNow = Omit<TaskStory, 'body' | 'tombstone'>;

export async function readStoryNow(request: ConsoleRequest): Promise<StoryNow> {
  const { executor } = request;
  const [name, queue] = [request.param('name'), await describeQueue(executor, request.param('queue'))];
  const [live, explanations, attempts, details] = await Promise.all([
    liveTask(executor, queue.name, name),
    explainTask(executor, queue.name, name),
    listAttempts(executor, queue.name, { name }),
    request.may('payload', queue.name) ? taskDetails(executor, queue.name, name).catch(orNull) : null,
  ]);
  const dead = live ? undefined : await findDeadTask(executor, queue.name, name);
  const [completed] = live || dead ? [] : await listCompletedTasks(executor, queue.name, { name, limit: 1 });
  const { created } = live ?? dead ?? completed ?? { created: new Date(0) };
  const own = attempts.filter(({ ended }) => ended >= created).reverse();
  return { queue, name, live, dead, completed, explanations, attempts: own, details };
}

export async function readStory(request: ConsoleRequest): Promise<TaskStory> {
  const now = await readStoryNow(request);
  const { queue, name, live, dead, details } = now;
  const [body, tombstones] = await Promise.all([
    details ? taskPayload(request.executor, queue.name, name).catch(orNull) : null,
    live || dead ? undefined : findTombstones(request.executor, { queue: queue.name, name }),
  ]);
  return { ...now, body, tombstone: tombstones?.rows[0] };
}

/** The retry parameters in force, as far as the viewer may know them: a task's own are read with the payload right. */
export function retryOf({ details, queue }: Pick<TaskStory, 'details' | 'queue'>): RetryParameters {
  return details?.retryOptions ?? queue.retry;
}

async function liveTask(
  executor: ConsoleRequest['executor'],
  queue: string,
  name: string,
): Promise<TaskStatus | undefined> {
  try {
    return await describeTask(executor, queue, name);
  } catch (error) {
    if (error instanceof UnknownTaskError) return undefined;
    throw error;
  }
}

/** It has ended, perhaps since it was described. */
const orNull = (error: unknown): null => {
  if (error instanceof UnknownTaskError || error instanceof TombstonedTaskError) return null;
  throw error;
};
