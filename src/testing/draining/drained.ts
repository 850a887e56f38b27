// The result of a drain.

import { inspect } from 'node:util';
import type { RunCounts } from '../../dispatcher/upkeep/run-counts.ts';

/** One attempt of a drain. */
export interface DrainedTask {
  queue: string;
  /** The task's name. */
  name: string;
  method: string;
  /** Relative URL with its query; null: a pull task. */
  url: string | null;
  /** 1 for the first. */
  attempt: number;
  /** failed: it will be retried. dead: it failed for good. stale: its lease had expired before it ended. */
  outcome: 'completed' | 'failed' | 'dead' | 'stale';
  /** HTTP status; 0: no response arrived; null: a pull task. */
  status: number | null;
  /** Why it failed: the beginning of the response, what was thrown, or why no response arrived. */
  error: string | undefined;
}

/** What a drain did: counts of attempts, and the attempts. */
export interface Drained extends RunCounts {
  /** In the order in which they ended. Not enumerable, so that a result equals its counts. */
  readonly tasks: readonly DrainedTask[];
}

/** Collects what happens during a drain. */
export class Tally {
  readonly counts: RunCounts = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };
  readonly tasks: DrainedTask[] = [];

  /** Adds counts; returns how many tasks were started. */
  count(more: RunCounts): number {
    for (const key of Object.keys(this.counts) as (keyof RunCounts)[]) this.counts[key] += more[key];
    return more.claimed;
  }

  get result(): Drained {
    const { counts, tasks } = this;
    Object.defineProperty(counts, 'tasks', { value: tasks });
    Object.defineProperty(counts, inspect.custom, { value: () => ({ ...counts, tasks }) });
    return counts as Drained;
  }

  /** Whether a task has failed at least so often, and is not dead. */
  hasFailedOften(times: number): boolean {
    return this.tasks.some(({ attempt, outcome }) => outcome === 'failed' && attempt >= times);
  }

  /** The last attempts that failed, as the end of a message. */
  get lastFailures(): string {
    const failed = this.tasks.filter(({ outcome }) => outcome !== 'completed').slice(-3);
    return failed.map((task, index) => `${index === 0 ? ':' : ''}\n  ${describeAttempt(task)}`).join('');
  }
}

function describeAttempt({ queue, name, method, url, attempt, outcome, status, error }: DrainedTask): string {
  const why = error === undefined ? '' : `: ${error}`;
  return `${queue}: ${method} ${url ?? name}, attempt ${attempt} ${outcome}${status === null ? '' : ` (${status})`}${why}`;
}
