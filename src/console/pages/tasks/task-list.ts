// A list of tasks as the parts of its page see it, and its address.

import type { FoundPage, FoundTask, TaskCount } from '../../../domain/found-task.ts';
import type { QueueStatistics } from '../../../domain/queue.ts';
import { count } from '../../parts/figures.ts';
import { queuePath, withQuery } from '../../parts/paths.ts';
import { type FilterWords, filterText } from './filter.ts';

/** What the list shows, and where in it. */
export interface TaskList {
  queue: string;
  mode: 'push' | 'pull';
  words: FilterWords;
  /** The position where the page begins. */
  after: string | undefined;
  page: FoundPage<FoundTask>;
  /** Of all tasks that match. */
  matches: TaskCount;
  statistics: QueueStatistics;
  /** How many matching tasks the viewer has chosen to act on; undefined: only those ticked. */
  all: number | undefined;
}

/** The address of a list of tasks. */
export function addressOf(queue: string, words: readonly string[], more: Record<string, string | number> = {}): string {
  return withQuery(queuePath(queue, 'tasks'), { filter: filterText(words), ...more });
}

/** `41`, or `at least 41` if the count stopped. */
export function matchText({ tasks, position }: TaskCount): string {
  return position === null ? count(tasks) : `at least ${count(tasks)}`;
}
